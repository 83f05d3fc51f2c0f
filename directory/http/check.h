/* The rules behind the types of input.h, on plain text; they know nothing of JSON or HTTP. */
#ifndef AGORA_HTTP_CHECK_H
#define AGORA_HTTP_CHECK_H

#include "directory/http/input.h"

/**
 * Check one text against its field and bring it into its one form (trimmed, lower case …).
 *
 * @param mem   talloc parent of the result
 * @param field what it must be; any type but INPUT_JSON and INPUT_TEXT_LIST (whose items are
 * INPUT_TEXT)
 * @param text  valid UTF-8 without NUL
 * @param[out] why sentence for a person when the result is NULL, owned by @a mem
 * @return the text in its one form, or NULL when it breaks the rule
 */
char *check_text(void *mem, const struct input_field *field, const char *text, const char **why);

#endif
