/*
 * Values of the configuration: the kinds there are, and how each is written.
 */
#ifndef TMTPD_CONFIG_VALUE_H
#define TMTPD_CONFIG_VALUE_H

#include <stdbool.h>

/** Kinds of value, and what they are read into. */
enum config_kind {
    KIND_TEXT,     /**< char *, not empty */
    KIND_OCTETS,   /**< int64_t, octets; suffix K or M */
    KIND_COUNT,    /**< int64_t */
    KIND_LIMIT,    /**< int64_t; `none` is INT64_MAX */
    KIND_DURATION, /**< int64_t, microseconds; suffix ms, s, min, h or d */
    KIND_AGE,      /**< the same, or `off`, which is 0 */
    KIND_FLAG,     /**< enum config_flag; yes or no */
    KIND_POLICY    /**< bool; open or introduced */
};

/**
 * Read a value.
 *
 * @param[in,out] into as the kind says; a text there before is freed
 * @return false when it is none of that kind, or there is no memory
 */
bool config_value_read(enum config_kind kind, const char *text, void *into)
    __attribute__((warn_unused_result));

/** How a value of a kind is written, to follow the key's name: "needs yes or no". */
const char *config_value_form(enum config_kind kind);

#endif
