/*
 * The inner layer: the JSON object at the head of a post's data, which clients show and servers
 * don't read, unless asked to check it. Keys match without regard to case, as in headers.
 */
#ifndef TMTP_WIRE_INNER_H
#define TMTP_WIRE_INNER_H

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/** An inner header as read; texts are NULL when absent or no text, and live as long as json. */
struct inner {
    json_t *json;
    const char *threadid; /**< "" for a new thread, else the id of its first message */
    const char *alias;    /**< who it says it is from: believe it only where the server checks */
    const char *subject;
    const char *ref;     /**< the sender's own reference, which means nothing to others */
    json_t *cc, *attach; /**< arrays, or NULL */
};

/** One entry of cc; texts are NULL when absent. */
struct inner_cc {
    const char *who, *whouid; /**< the same for a group */
    const char *by, *byuid;
    bool subscribe;
};

/** Somebody, by alias and uid; for a group both are its name. */
struct inner_person {
    const char *alias, *uid;
};

/** A file that follows the body. */
struct inner_file {
    const char *name; /**< for the stock client with a tag before it: "u:" is an uploaded file */
    uint64_t size;    /**< octets */
};

/**
 * Read an inner header.
 *
 * @param[out] inner to be freed by inner_free, on failure too
 * @return false when it is not one JSON object, nests deeper than TMTP_JSON_DEPTH_MAX, names a key
 * twice, or holds a NUL
 */
bool inner_parse(const char *text, size_t len, struct inner *inner)
    __attribute__((warn_unused_result));

/** Free what it holds. */
void inner_free(struct inner *inner);

/**
 * Read an entry of cc.
 *
 * @return false when there is none at @a index; one that is not an object has no texts
 */
bool inner_cc(const struct inner *inner, size_t index, struct inner_cc *cc);

/**
 * The group that a new thread is for: the first entry of cc whose uid is its name.
 *
 * @return NULL when there is none
 */
const char *inner_group(const struct inner *inner);

/**
 * Make the inner header of a new thread: everybody in cc, the author first, so that each who
 * receives it has the others as contacts.
 *
 * @param people others than the author
 * @param date   as in `2026-11-24T11:52:00Z`
 * @param ref    what the author knows it by when it comes back, or NULL; clients ignore it
 * @return JSON text to be freed by free(); NULL when a text is not UTF-8 or there is no memory
 * @see docs/tmtp.md, section 7
 */
char *inner_thread(const struct inner_person *author, const struct inner_person *people,
                   size_t count, const char *subject, const char *date, const char *ref)
    __attribute__((warn_unused_result));

/**
 * Make the inner header of a reply.
 *
 * @return JSON text to be freed by free(); NULL as above
 */
char *inner_reply(const char *alias, const char *threadid) __attribute__((warn_unused_result));

/**
 * Name the files that follow the body, in their order.
 *
 * @param head  inner header as inner_thread and inner_reply make it; freed, NULL will do
 * @return the same with `attach`, to be freed by free(); NULL as above
 */
char *inner_add_files(char *head, const struct inner_file *files, size_t count)
    __attribute__((warn_unused_result));

/**
 * Read an entry of attach.
 *
 * @return false when there is none at @a index, or it has no name or no size
 */
bool inner_file(const struct inner *inner, size_t index, struct inner_file *file);

#endif
