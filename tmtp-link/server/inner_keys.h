/*
 * The keys of the inner layer that clients know, and whether an object can be read in one way only.
 *
 * The stock client is written in Go, whose JSON reader matches keys without regard to case (the
 * Kelvin sign counts as k, the long s as s), takes the last of two, and drops the link when a known
 * key has a value of the wrong type, again at every start. So what differs between readers is
 * refused.
 */
#ifndef TMTPD_INNER_KEYS_H
#define TMTPD_INNER_KEYS_H

#include <jansson.h>
#include <stddef.h>

/** Where in the inner layer an object stands. */
enum inner_place { INNER_HEAD, INNER_CC, INNER_ATTACH };

/**
 * What is wrong with the keys of an object, or with the types of their values; NULL when nothing.
 */
const char *inner_keys_fault(json_t *object, enum inner_place place);

/**
 * Octets that a text takes when the stock client writes it down as JSON, which spells <, >, & and
 * all control characters out.
 */
size_t inner_written(const char *text);

/** Octets that a text takes as the name of a file of that client, percent-escaped. */
size_t inner_escaped(const char *text);

#endif
