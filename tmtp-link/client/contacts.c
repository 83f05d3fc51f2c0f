/*
 * The address book: `contacts` by alias, and `threads` by id, in the JSON of the credentials.
 */
#include "tmtp-link/client/contacts.h"

#include <string.h>

#include "tmtp-link/client/groups.h"
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

    if (alias == NULL || uid == NULL || known_uid(credentials, alias) != NULL ||
        strcmp(uid, credentials_get(credentials, "uid")) == 0) {
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
                         const struct session_to *to, size_t count)
{
    json_t *threads = json_object_get(credentials->json, "threads");
    json_t *list = json_array();

    for (size_t i = 0; i < count; i++) {
        json_array_append_new(list, to[i].type == TMTP_FOR_UID
                                        ? json_string(to[i].id)
                                        : json_pack("{s:s}", "group", to[i].id));
    }
    if (threads == NULL) {
        threads = json_object();
        json_object_set_new(credentials->json, "threads", threads);
    }
    json_object_set_new(threads, thread, json_pack("{s:s, s:o}", "subject", subject, "to", list));
}

/* A group that this client is in, or is invited to. */
static bool is_our_group(const struct credentials *credentials, const struct inner_cc *cc)
{
    return cc->who != NULL && cc->whouid != NULL && strcmp(cc->who, cc->whouid) == 0 &&
           group_alias(credentials, cc->who) != NULL;
}

/* By whom this client got a thread: what its own entry, or that of a group of its own, says. */
static const char *find_via(const struct credentials *credentials, const struct inner *inner,
                            bool *by_group)
{
    const char *self = credentials_get(credentials, "uid");
    const char *via = NULL;
    struct inner_cc cc;

    *by_group = false;
    for (size_t i = 0; inner_cc(inner, i, &cc); i++) {
        bool group = is_our_group(credentials, &cc);

        if (group || (via == NULL && cc.whouid != NULL && strcmp(cc.whouid, self) == 0)) {
            via = cc.by == NULL ? "" : cc.by;
            *by_group = *by_group || group;
        }
    }
    return via;
}

/* Learn from the cc of a new thread. A reply goes to whom it names but this client; the author of a
 * thread to a group is in the group. */
static void learn_thread(struct credentials *credentials, const struct tmtp_message *message,
                         const struct inner *inner)
{
    const char *self = credentials_get(credentials, "uid");
    struct session_to to[TMTP_CC_MAX];
    size_t count = 0;
    bool by_group;
    const char *via = find_via(credentials, inner, &by_group);
    struct inner_cc cc;

    for (size_t i = 0; via != NULL && inner_cc(inner, i, &cc) && count < TMTP_CC_MAX; i++) {
        if (cc.who == NULL || cc.whouid == NULL || strcmp(cc.whouid, self) == 0) {
            continue;
        }
        if (strcmp(cc.who, cc.whouid) == 0) {
            if (is_our_group(credentials, &cc)) {
                to[count++] = (struct session_to){cc.who, TMTP_FOR_GROUP_NOT_SELF};
            }
            continue;
        }
        add(credentials, cc.who, cc.whouid, via);
        if (cc.subscribe && base32_is_uid(cc.whouid, strlen(cc.whouid)) &&
            !(by_group && tmtp_text_is(message->header.from, cc.whouid))) {
            to[count++] = (struct session_to){cc.whouid, TMTP_FOR_UID};
        }
    }
    if (via != NULL) { /* otherwise it is not for us: nothing to go by */
        contacts_add_thread(credentials, message->header.id.at,
                            inner->subject == NULL ? "" : inner->subject, to, count);
    }
}

/* What tells the uid of an alias outright. */
static bool names_sender(const struct tmtp_message *message)
{
    const struct tmtp_header *header = &message->header;

    return tmtp_text_is(header->op_name, "ping") || tmtp_text_is(header->op_name, "invite") ||
           (tmtp_text_is(header->op_name, "member") && tmtp_text_is(header->act, "join"));
}

bool contacts_learn(struct credentials *credentials, const struct tmtp_message *message,
                    const struct inner *inner)
{
    const char *from = message->header.from.at;
    struct inner_cc cc;

    if (names_sender(message)) {
        if (contradicts(credentials, message->header.alias.at, from)) {
            return false;
        }
        add(credentials, message->header.alias.at, from,
            message->header.act.at == NULL ? "" : message->header.gid.at);
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
        learn_thread(credentials, message, inner);
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

const char *contacts_alias(const struct credentials *credentials, const char *uid)
{
    struct inner_person person;

    if (strcmp(uid, credentials_get(credentials, "uid")) == 0) {
        return credentials_get(credentials, "alias");
    }
    return contacts_find(credentials, uid, &person) ? person.alias : uid;
}

json_t *contacts_of_thread(const struct credentials *credentials, const char *thread)
{
    json_t *threads = json_object_get(credentials->json, "threads");

    return json_object_get(json_object_get(threads, thread), "to");
}

const char *contacts_group_of_thread(const struct credentials *credentials, const char *thread)
{
    size_t i;
    json_t *item;

    json_array_foreach(contacts_of_thread(credentials, thread), i, item)
    {
        if (json_is_object(item)) {
            return json_string_value(json_object_get(item, "group"));
        }
    }
    return NULL;
}
