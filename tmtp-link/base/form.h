/*
 * Forms and query strings: `name=value&name=value`, percent-escaped.
 */
#ifndef TMTP_BASE_FORM_H
#define TMTP_BASE_FORM_H

/**
 * The value of a name, unescaped; of several the first.
 *
 * @return to be freed by free(); NULL when there is none, an escape is wrong or makes a NUL, or no
 * memory
 */
char *form_value(const char *form, const char *name) __attribute__((warn_unused_result));

/**
 * The form with the value of a name replaced, or unchanged when the name is not in it.
 *
 * @param value plain text
 * @return to be freed by free(); NULL when there is no memory
 */
char *form_replace(const char *form, const char *name, const char *value)
    __attribute__((warn_unused_result));

/**
 * A text escaped so that it fits any part of a URL or form.
 *
 * @return to be freed by free(); NULL when there is no memory
 */
char *form_escape(const char *text) __attribute__((warn_unused_result));

#endif
