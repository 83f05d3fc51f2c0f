/* Set-Cookie. The address of the service decides, not the single connection: behind a proxy the
 * last step may be plain, and a cookie must never have two names. On http://localhost there is no
 * prefix and no Secure, since clients other than browsers would not send it back. */
#include "directory/http/cookie.h"

#include <string.h>
#include <talloc.h>

static bool is_secure(const struct config *config)
{
    return strncmp(config->agora_base_url, "https://", 8) == 0;
}

const char *cookie_name(void *mem, const struct config *config, const char *name)
{
    return talloc_asprintf(mem, "%s%s", is_secure(config) ? "__Host-" : "", name);
}

const char *cookie_text(void *mem, const struct config *config, const char *name, const char *value,
                        int64_t seconds)
{
    char age[40] = "";

    if (value == NULL)
        snprintf(age, sizeof age, "; Max-Age=0");
    else if (seconds > 0)
        snprintf(age, sizeof age, "; Max-Age=%lld", (long long)seconds);
    return talloc_asprintf(mem, "%s%s=%s; Path=/; HttpOnly; SameSite=Lax%s%s",
                           is_secure(config) ? "__Host-" : "", name, value != NULL ? value : "",
                           is_secure(config) ? "; Secure" : "", age);
}
