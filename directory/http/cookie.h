/* Cookies, and the one decision about them: __Host- and Secure when browsers reach us by https. */
#ifndef AGORA_HTTP_COOKIE_H
#define AGORA_HTTP_COOKIE_H

#include <stdint.h>

#include "directory/base/config.h"

#define SESSION_COOKIE "agora"

/** Name of a cookie as browsers have it, __Host- in front where it can be; NULL without memory. */
const char *cookie_name(void *mem, const struct config *config, const char *name);

/** Value of a Set-Cookie header; @a value NULL removes the cookie. NULL without memory. */
const char *cookie_text(void *mem, const struct config *config, const char *name, const char *value,
                        int64_t seconds);

#endif
