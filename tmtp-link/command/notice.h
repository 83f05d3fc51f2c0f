/*
 * Messages of the server about groups, as sentences; and about a further node.
 */
#ifndef TMTP_COMMAND_NOTICE_H
#define TMTP_COMMAND_NOTICE_H

#include "tmtp-link/command/command.h"

/** Whether a person wants to see a message; the others are the server's own notices. */
bool notice_is_for_people(const struct tmtp_message *message);

/** Whether a message is an invitation or about a member of a group. */
bool notice_is(const struct tmtp_message *message);

/**
 * Print it as a sentence; to be called before what it says is learned, since who left is told from
 * what is known.
 */
void notice_print(const struct credentials *credentials, const struct tmtp_message *message);

/**
 * Keep the password of the node that `tmtp node add` has asked for, from a message `user`.
 *
 * @return whether it was one, so that the credentials are to be saved
 */
bool node_learn(struct credentials *credentials, const struct tmtp_message *message);

#endif
