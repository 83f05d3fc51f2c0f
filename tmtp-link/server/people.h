/*
 * Who is here and who tells whom of it: the lists of OhiEdit, in memory alone.
 *
 * A person is known while one of their nodes is logged in, or somebody who is here tells them. The
 * list of those one tells ends when one's last node leaves, as in the stock server: a client sends
 * it again after it has logged in. Nothing here knows who may be told; presence.c asks the
 * database.
 */
#ifndef TMTPD_PEOPLE_H
#define TMTPD_PEOPLE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "tmtp-link/wire/limits.h"

struct people;
struct person;

/** Persons in no order, each once. */
struct person_list {
    struct person **at;
    size_t count, room;
};

/** Only people.c changes it. */
struct person {
    char uid[TMTP_UID_LEN + 1];
    int64_t account;            /**< 0 until they have been here */
    size_t nodes;               /**< how many of theirs are logged in */
    struct person_list tells;   /**< whom they tell; empty when no node is */
    struct person_list told_by; /**< who tells them */
};

/** Make a place without anybody; NULL when there is no memory. */
struct people *people_new(void) __attribute__((warn_unused_result));
/** Free it and all in it; NULL will do. */
void people_free(struct people *people);

/** The person of a uid that ends with NUL; NULL when not known. */
struct person *people_find(const struct people *people, const char *uid);

/**
 * One of a user's nodes has logged in.
 *
 * @return the user, known until people_leave at least; NULL when there is no memory
 */
struct person *people_arrive(struct people *people, const char *uid, int64_t account)
    __attribute__((warn_unused_result));

/**
 * One of their nodes leaves. With the last one their list ends, and @a person may be gone: whom
 * they told is to be looked at before.
 */
void people_leave(struct people *people, struct person *person);

/** Whether one tells another. */
bool people_tells(const struct people *people, const struct person *from, const char *uid);

/**
 * One who is here tells another from now on.
 *
 * @return whether that is new; false too when there is no memory
 */
bool people_tell(struct people *people, struct person *from, const char *uid);

/**
 * One tells another no more.
 *
 * @return whether they did
 */
bool people_untell(struct people *people, struct person *from, const char *uid);

#endif
