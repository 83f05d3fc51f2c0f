/*
 * What happened in a group, in plain words. The server names whom it is about by alias, and who did
 * it by uid.
 */
#include "tmtp-link/command/notice.h"

#include <stdio.h>
#include <string.h>

bool notice_is(const struct tmtp_message *message)
{
    return tmtp_text_is(message->header.op_name, "invite") ||
           tmtp_text_is(message->header.op_name, "member");
}

bool notice_is_for_people(const struct tmtp_message *message)
{
    static const char *const ops[] = {"delivery", "ping", "notify", "invite", "member"};

    for (size_t i = 0; i < sizeof ops / sizeof *ops; i++) {
        if (tmtp_text_is(message->header.op_name, ops[i])) {
            return true;
        }
    }
    return false;
}

/* Print each text, up to a NULL. */
static void print_all(const char *const *texts)
{
    for (; *texts != NULL; texts++) {
        print_text(*texts, strlen(*texts));
    }
}

static const char *or_nobody(struct tmtp_text text)
{
    return text.at == NULL ? "somebody" : text.at;
}

static void print_invite(const struct credentials *credentials, const struct tmtp_message *message)
{
    const struct tmtp_header *header = &message->header;
    const char *to = or_nobody(header->to), *gid = or_nobody(header->gid);

    if (tmtp_text_is(header->from, credentials_get(credentials, "uid"))) {
        print_all((const char *[]){"You have invited ", to, " to the group ", gid, ".\n", NULL});
        return;
    }
    print_all((const char *[]){or_nobody(header->alias), " invites you to the group ", gid,
                               message->data_len > 0 ? ": " : ".", NULL});
    print_text(message->data, message->data_len);
    print_all((const char *[]){"\nTo join: tmtp group join --gid \"", gid, "\"\n", NULL});
}

/* Whether the member is the one who did it: by what is known of the alias. */
static bool by_self(const struct credentials *credentials, const struct tmtp_header *header)
{
    struct inner_person person;

    return header->alias.at != NULL && header->from.at != NULL &&
           contacts_find(credentials, header->alias.at, &person) &&
           strcmp(person.uid, header->from.at) == 0;
}

static void print_member(const struct credentials *credentials, const struct tmtp_header *header)
{
    const char *who = or_nobody(header->alias), *gid = or_nobody(header->gid);
    const char *by = contacts_alias(credentials, or_nobody(header->from));

    if (tmtp_text_is(header->act, "invite")) {
        print_all((const char *[]){by, " has invited ", who, " to the group ", gid, ".\n", NULL});
    } else if (tmtp_text_is(header->act, "join")) {
        print_all((const char *[]){who, " has joined the group ", gid, ".\n", NULL});
    } else if (tmtp_text_is(header->act, "alias")) {
        print_all((const char *[]){who, " goes by ", or_nobody(header->newalias), " in the group ",
                                   gid, " now.\n", NULL});
    } else if (by_self(credentials, header)) {
        print_all((const char *[]){who, " has left the group ", gid, ".\n", NULL});
    } else {
        print_all((const char *[]){by, " has dropped ", who, " from the group ", gid, ".\n", NULL});
    }
}

void notice_print(const struct credentials *credentials, const struct tmtp_message *message)
{
    const struct tmtp_header *header = &message->header;

    if (header->posted.at != NULL) {
        print_all((const char *[]){"Date: ", header->posted.at, "\n", NULL});
    }
    if (tmtp_text_is(header->op_name, "invite")) {
        print_invite(credentials, message);
    } else {
        print_member(credentials, header);
    }
    putchar('\n');
}

bool node_learn(struct credentials *credentials, const struct tmtp_message *message)
{
    const struct tmtp_header *header = &message->header;
    const char *wanted = credentials_get(credentials, "new_node");
    struct tmtp_error unused = {0};

    return *wanted != '\0' && tmtp_text_is(header->op_name, "user") &&
           tmtp_text_is(header->newnode, wanted) && header->nodeid.at != NULL &&
           credentials_set(credentials, "new_nodeid", header->nodeid.at, &unused) == TMTP_OK;
}
