/* JSContact and schema.org: the same facts in two vocabularies of JSON. */
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <talloc.h>

#include "directory/domain/contact_card.h"

static const char *value_of(const json_t *profile, const char *name)
{
    return json_string_value(json_object_get(profile, name));
}

/* The JSON as text of ours; @a o is used up. */
static char *finish(const void *mem, json_t *o, bool ok)
{
    char *made = o != NULL && ok ? json_dumps(o, JSON_COMPACT) : NULL;
    char *text = made != NULL ? talloc_strdup(mem, made) : NULL;

    free(made);
    json_decref(o);
    return text;
}

static char *address(const void *mem, const struct card_source *s, const char *path,
                     const char *handle, const char *rest)
{
    return talloc_asprintf(mem, "%s%s%s%s", s->base_url, path, handle != NULL ? handle : "", rest);
}

/* Set a member unless its value is null; tells of failure. */
static bool set(json_t *o, const char *name, json_t *value)
{
    return value != NULL && json_object_set_new(o, name, value) == 0;
}

/* {"1": {"NAME": "value"}}, as JSContact has lists; nothing for no value. */
static bool set_one(json_t *card, const char *list, const char *name, const char *value)
{
    return value == NULL || set(card, list, json_pack("{s:{s:s}}", "1", name, value));
}

static bool add_notes(json_t *card, const json_t *profile)
{
    const char *headline = value_of(profile, "headline"), *about = value_of(profile, "about");
    json_t *notes = json_object();
    bool ok = notes != NULL;

    if (headline != NULL)
        ok = ok && set(notes, "1", json_pack("{s:s}", "note", headline));
    if (about != NULL)
        ok = ok && set(notes, "2", json_pack("{s:s}", "note", about));
    if (ok && json_object_size(notes) > 0)
        return set(card, "notes", notes);
    json_decref(notes);
    return ok;
}

static bool add_address(json_t *card, const json_t *profile)
{
    const char *place = value_of(profile, "place"), *code = value_of(profile, "country");
    const char *country = value_of(profile, "country_name");
    json_t *parts = json_array();
    bool ok = parts != NULL;

    if (place == NULL && code == NULL && country == NULL) {
        json_decref(parts);
        return ok;
    }
    if (place != NULL)
        ok = ok && json_array_append_new(
                       parts, json_pack("{s:s,s:s}", "kind", "locality", "value", place)) == 0;
    if (country != NULL)
        ok = ok && json_array_append_new(
                       parts, json_pack("{s:s,s:s}", "kind", "country", "value", country)) == 0;
    return set(card, "addresses",
               json_pack("{s:{s:o,s:s*}}", "1", "components", parts, "countryCode", code)) &&
           ok;
}

static bool add_languages(json_t *card, const json_t *profile)
{
    const json_t *languages = json_object_get(profile, "languages"), *code;
    json_t *list = json_object();
    char key[32];
    size_t i;
    bool ok = list != NULL;

    json_array_foreach(languages, i, code)
    {
        snprintf(key, sizeof key, "%zu", i + 1);
        ok = ok && set(list, key,
                       json_pack("{s:s,s:i}", "language", json_string_value(code), "pref",
                                 i < 99 ? (int)i + 1 : 100));
    }
    if (ok && json_object_size(list) > 0)
        return set(card, "preferredLanguages", list);
    json_decref(list);
    return ok;
}

static bool add_topics(json_t *list, const json_t *profile, const char *ours, const char *theirs)
{
    const json_t *topics = json_object_get(json_object_get(profile, "topics"), ours), *topic;
    char key[32];
    size_t i;
    bool ok = true;

    json_array_foreach(topics, i, topic)
    {
        snprintf(key, sizeof key, "%s-%zu", theirs, i + 1);
        ok = ok && set(list, key,
                       json_pack("{s:s,s:s,s:i}", "kind", theirs, "value", value_of(topic, "label"),
                                 "listAs", (int)i + 1));
    }
    return ok;
}

static bool add_personal(json_t *card, const json_t *profile)
{
    json_t *list = json_object();
    bool ok = list != NULL && add_topics(list, profile, "expertise", "expertise") &&
              add_topics(list, profile, "interest", "interest");

    if (ok && json_object_size(list) > 0)
        return set(card, "personalInfo", list);
    json_decref(list);
    return ok;
}

char *jscontact_of(const void *mem, const json_t *profile, const struct card_source *s)
{
    const char *handle = value_of(profile, "handle"), *name = value_of(profile, "shown_name");
    char *page = address(mem, s, "/m/", handle, "");
    char *self = address(mem, s, "/api/v1/members/", handle, "/card.json");

    if (page == NULL || self == NULL)
        return NULL;
    json_t *card = json_pack("{s:s,s:s,s:s,s:s,s:s,s:{s:s}}", "@type", "Card", "version", "1.0",
                             "uid", page, "kind", "individual", "prodId", "-//Agora//EN", "name",
                             "full", name != NULL ? name : "");
    bool ok =
        card != NULL && set_one(card, "titles", "name", value_of(profile, "title")) &&
        set_one(card, "organizations", "name", value_of(profile, "organisation")) &&
        add_address(card, profile) && add_languages(card, profile) && add_personal(card, profile) &&
        add_notes(card, profile) && set_one(card, "links", "uri", page) &&
        set(card, "directories", json_pack("{s:{s:s,s:s}}", "1", "kind", "entry", "uri", self));
    return finish(mem, card, ok);
}

/* Labels of topics, or codes of languages. */
static bool set_texts(json_t *o, const char *name, const json_t *list, const char *member)
{
    json_t *texts = json_array();
    const json_t *one;
    size_t i;
    bool ok = texts != NULL;

    json_array_foreach(list, i, one)
    {
        const char *text = member != NULL ? value_of(one, member) : json_string_value(one);
        ok = ok && text != NULL && json_array_append_new(texts, json_string(text)) == 0;
    }
    if (ok && json_array_size(texts) > 0)
        return set(o, name, texts);
    json_decref(texts);
    return ok;
}

static bool set_text(json_t *o, const char *name, const char *value)
{
    return value == NULL || set(o, name, json_string(value));
}

static bool add_place_ld(json_t *o, const json_t *profile)
{
    const char *place = value_of(profile, "place"), *code = value_of(profile, "country");

    return (place == NULL && code == NULL) ||
           set(o, "address",
               json_pack("{s:s,s:s*,s:s*}", "@type", "PostalAddress", "addressLocality", place,
                         "addressCountry", code));
}

char *person_ld_of(const void *mem, const json_t *profile, const struct card_source *s)
{
    const char *handle = value_of(profile, "handle"), *name = value_of(profile, "shown_name");
    const char *employer = value_of(profile, "organisation");
    char *page = address(mem, s, "/m/", handle, ""), *home = address(mem, s, "/", NULL, "");

    if (page == NULL || home == NULL)
        return NULL;
    json_t *o =
        json_pack("{s:s,s:s,s:s,s:s,s:s,s:{s:s,s:s,s:s}}", "@context", "https://schema.org",
                  "@type", "Person", "@id", page, "url", page, "name", name != NULL ? name : "",
                  "memberOf", "@type", "Organization", "name", s->organisation, "url", home);
    bool ok =
        o != NULL && set_text(o, "description", value_of(profile, "headline")) &&
        set_text(o, "jobTitle", value_of(profile, "title")) &&
        (employer == NULL ||
         set(o, "worksFor", json_pack("{s:s,s:s}", "@type", "Organization", "name", employer))) &&
        add_place_ld(o, profile) &&
        set_texts(o, "knowsLanguage", json_object_get(profile, "languages"), NULL) &&
        set_texts(o, "knowsAbout", json_object_get(json_object_get(profile, "topics"), "expertise"),
                  "label");
    return finish(mem, o, ok);
}
