/*
 * Groups: `groups` by name, in the JSON of the credentials.
 */
#include "tmtp-link/client/groups.h"

#include <string.h>

static json_t *find(const struct credentials *credentials, const char *gid)
{
    return json_object_get(json_object_get(credentials->json, "groups"), gid);
}

void group_set(struct credentials *credentials, const char *gid, const char *alias, bool joined)
{
    json_t *groups = json_object_get(credentials->json, "groups");

    if (groups == NULL) {
        groups = json_object();
        json_object_set_new(credentials->json, "groups", groups);
    }
    json_object_set_new(groups, gid, json_pack("{s:s, s:b}", "alias", alias, "joined", joined));
}

void group_forget(struct credentials *credentials, const char *gid)
{
    json_object_del(json_object_get(credentials->json, "groups"), gid);
}

const char *group_alias(const struct credentials *credentials, const char *gid)
{
    return json_string_value(json_object_get(find(credentials, gid), "alias"));
}

bool group_joined(const struct credentials *credentials, const char *gid)
{
    return json_is_true(json_object_get(find(credentials, gid), "joined"));
}

/* A member's change, when the member is this client. */
static void learn_member(struct credentials *credentials, const struct tmtp_header *header)
{
    const char *own = group_alias(credentials, header->gid.at);
    bool from_self = tmtp_text_is(header->from, credentials_get(credentials, "uid"));
    bool about_self = own != NULL && tmtp_text_is(header->alias, own);

    if (tmtp_text_is(header->act, "join") && from_self) {
        group_set(credentials, header->gid.at,
                  header->newalias.at == NULL ? header->alias.at : header->newalias.at, true);
    } else if (tmtp_text_is(header->act, "alias") && from_self && header->newalias.at != NULL) {
        group_set(credentials, header->gid.at, header->newalias.at, true);
    } else if (tmtp_text_is(header->act, "drop") && about_self) {
        if (from_self) { /* who leaves may come again */
            group_set(credentials, header->gid.at, header->alias.at, false);
        } else {
            group_forget(credentials, header->gid.at);
        }
    }
}

/* An invitation: of this client, or by another node of its own, which so is in the group. */
static void learn_invite(struct credentials *credentials, const struct tmtp_header *header)
{
    bool from_self = tmtp_text_is(header->from, credentials_get(credentials, "uid"));
    struct tmtp_text alias = from_self ? header->alias : header->to;

    if (alias.at != NULL && !group_joined(credentials, header->gid.at)) {
        group_set(credentials, header->gid.at, alias.at, from_self);
    }
}

void group_learn(struct credentials *credentials, const struct tmtp_message *message)
{
    const struct tmtp_header *header = &message->header;

    if (header->gid.at == NULL) {
        return;
    }
    if (tmtp_text_is(header->op_name, "invite")) {
        learn_invite(credentials, header);
    } else if (tmtp_text_is(header->op_name, "member") && header->alias.at != NULL) {
        learn_member(credentials, header);
    }
}
