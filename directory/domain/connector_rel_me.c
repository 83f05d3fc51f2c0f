/* A page is the member's when it links to their profile here with rel="me". */
#include <string.h>
#include <talloc.h>

#include "directory/base/config.h"
#include "directory/domain/connector.h"
#include "directory/domain/fetch.h"
#include "directory/domain/html_link.h"

/* What a link must lead to: BASE/m/HANDLE of one of the accounts. */
struct profile {
    const char *base;
    const json_t *handles;
};

static bool is_profile(const char *href, const void *which)
{
    const struct profile *p = which;
    size_t base = strlen(p->base);

    href += strspn(href, " \t\r\n");
    if (strncmp(href, p->base, base) != 0 || strncmp(href + base, "/m/", 3) != 0)
        return false;
    href += base + 3;
    size_t len = strcspn(href, "/?# \t\r\n");
    /* Nothing but a slash may follow. */
    if (href[len + strspn(href + len, "/ \t\r\n")] != '\0')
        return false;
    for (size_t i = 0; i < json_array_size(p->handles); i++) {
        const char *own = json_string_value(json_array_get(p->handles, i));
        if (own != NULL && strlen(own) == len && memcmp(own, href, len) == 0)
            return true;
    }
    return false;
}

void connector_rel_me(struct work *w, const struct connector_look *look,
                      struct connector_found *out)
{
    struct fetched page;
    enum agora_status s = fetch_get(w, look->target, &page);

    if (s != AGORA_OK) {
        connector_unread(w, s, out);
        return;
    }
    if (page.status != 200) {
        out->outcome = "failed";
        out->sentence = talloc_asprintf(w->mem, "The page answered with status %u.", page.status);
        return;
    }
    json_t *handles = json_loads(look->handles, 0, NULL);
    const struct profile profile = {w->config->agora_base_url, handles};
    bool found = html_links_to(page.body, page.body_len, "me", is_profile, &profile);
    json_decref(handles);
    out->outcome = found ? "passed" : "failed";
    out->sentence =
        found ? NULL : "The page was read, but has no link to your profile with rel=\"me\".";
}
