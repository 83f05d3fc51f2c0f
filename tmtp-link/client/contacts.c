/*
 * The address book: `contacts` by alias, and `threads` by id, in the JSON of the credentials.
 */
#include "tmtp-link/client/contacts.h"

#include <string.h>

#include "tmtp-link/wire/base32.h"

/* The uid that a name is known for, or NULL. Own name and uid are known too. */
static const char *known_uid(const struct credentials *credentials, const char *alias)
{
    json_t *contact = json_object_get(json_object_get(credentials->json, "contacts"), alias);

    if (strcmp(alias, credentials_get(credentials, "alias")) == 0) {
        return credentials_get(credentials, "uid");
    }
    return json_string_value(json_object_get(contact, "uid"));
}

static bool contradicts(const struct credentials *credentials, const char *alias, const char *uid)
{
    const char *known = alias == NULL ? NULL : known_uid(credentials, alias);

    return known != NULL && (uid == NULL || strcmp(known, uid) != 0);
}

/* Add a contact unless the name is known. */
static void add(struct credentials *credentials, const char *alias, const char *uid,
                const char *via)
{
    json_t *contacts = json_object_get(credentials->json, "contacts");

    if (alias == NULL || uid == NULL || known_uid(credentials, alias) != NULL) {
        return;
    }
    if (contacts == NULL) {
        contacts = json_object();
        json_object_set_new(credentials->json, "contacts", contacts);
    }
    json_object_set_new(contacts, alias, json_pack("{s:s, s:s}", "uid", uid, "via", via));
}

static bool is_new_thread(const struct inner *inner)
{
    return inner != NULL && (inner->threadid == NULL || *inner->threadid == '\0');
}

void contacts_add_thread(struct credentials *credentials, const char *thread, const char *subject,
                         const char *const *uids, size_t count)
{
    json_t *threads = json_object_get(credentials->json, "threads");
    json_t *to = json_array();

    for (size_t i = 0; i < count; i++) {
        json_array_append_new(to, json_string(uids[i]));
    }
    if (threads == NULL) {
        threads = json_object();
        json_object_set_new(credentials->json, "threads", threads);
    }
    json_object_set_new(threads, thread, json_pack("{s:s, s:o}", "subject", subject, "to", to));
}

/* Learn from the cc of a new thread; the receiver's own entry tells by whom. */
static void learn_thread(struct credentials *credentials, const char *thread,
                         const struct inner *inner)
{
    const char *self = credentials_get(credentials, "uid");
    const char *uids[TMTP_CC_MAX];
    const char *via = NULL;
    size_t count = 0;
    struct inner_cc cc;

    for (size_t i = 0; via == NULL && inner_cc(inner, i, &cc); i++) {
        if (cc.whouid != NULL && strcmp(cc.whouid, self) == 0) {
            via = cc.by == NULL ? "" : cc.by;
        }
    }
    if (via == NULL) {
        return; /* not for us: nothing to go by */
    }
    for (size_t i = 0; inner_cc(inner, i, &cc) && count < TMTP_CC_MAX; i++) {
        if (cc.who == NULL || cc.whouid == NULL || strcmp(cc.whouid, self) == 0) {
            continue;
        }
        add(credentials, cc.who, cc.whouid, via);
        if (cc.subscribe && base32_is_uid(cc.whouid, strlen(cc.whouid))) {
            uids[count++] = cc.whouid;
        }
    }
    contacts_add_thread(credentials, thread, inner->subject == NULL ? "" : inner->subject, uids,
                        count);
}

bool contacts_learn(struct credentials *credentials, const struct tmtp_message *message,
                    const struct inner *inner)
{
    const char *from = message->header.from.at;
    struct inner_cc cc;

    if (tmtp_text_is(message->header.op_name, "ping")) {
        if (contradicts(credentials, message->header.alias.at, from)) {
            return false;
        }
        add(credentials, message->header.alias.at, from, "");
        return true;
    }
    if (inner == NULL) {
        return true;
    }
    if (contradicts(credentials, inner->alias, from)) {
        return false;
    }
    if (is_new_thread(inner) && message->header.id.at != NULL) {
        for (size_t i = 0; inner_cc(inner, i, &cc); i++) {
            if (contradicts(credentials, cc.who, cc.whouid)) {
                return false;
            }
        }
        learn_thread(credentials, message->header.id.at, inner);
    }
    return true;
}

bool contacts_find(const struct credentials *credentials, const char *who,
                   struct inner_person *person)
{
    const char *uid = known_uid(credentials, who);
    const char *alias;
    json_t *contact;

    if (uid != NULL) {
        *person = (struct inner_person){.alias = who, .uid = uid};
        return true;
    }
    json_object_foreach(json_object_get(credentials->json, "contacts"), alias, contact)
    {
        uid = json_string_value(json_object_get(contact, "uid"));
        if (uid != NULL && strcmp(uid, who) == 0) {
            *person = (struct inner_person){.alias = alias, .uid = uid};
            return true;
        }
    }
    *person = (struct inner_person){.alias = who, .uid = who};
    return base32_is_uid(who, strlen(who));
}

json_t *contacts_of_thread(const struct credentials *credentials, const char *thread)
{
    json_t *threads = json_object_get(credentials->json, "threads");

    return json_object_get(json_object_get(threads, thread), "to");
}
