/* A domain is the member's when its name server has the TXT record we asked for. */
#include <string.h>
#include <talloc.h>

#include "directory/domain/connector.h"
#include "directory/domain/fetch.h"

void connector_dns(struct work *w, const struct connector_look *look, struct connector_found *out)
{
    char **texts = NULL;
    size_t n = 0;
    const char *name = talloc_asprintf(w->mem, "_agora.%s", look->target);
    const char *record = talloc_asprintf(w->mem, CONNECTOR_RECORD "%s", look->token);
    enum agora_status s =
        name != NULL && record != NULL ? fetch_txt(w, name, &texts, &n) : work_out_of_memory(w);

    if (s != AGORA_OK) {
        connector_unread(w, s, out);
        return;
    }
    out->outcome = "failed";
    for (size_t i = 0; i < n; i++) {
        if (strcmp(texts[i], record) == 0) {
            out->outcome = "passed";
            out->sentence = NULL;
            return;
        }
    }
    out->sentence = n == 0 ? "The name server has no such record yet. It can take some hours."
                           : "The name server has such a record, but with another text.";
}
