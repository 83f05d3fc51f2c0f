/* The same calls as the service's, with their results in plain lines. */
#include "directory/ctl/try.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <talloc.h>
#include <unistd.h>

#include "directory/domain/fetch.h"
#include "directory/domain/imager.h"

static enum agora_status write_page(struct work *w, const char *folder, size_t i,
                                    const struct imager_page *page)
{
    char *path = talloc_asprintf(w->mem, "%s/page-%02zu.jpg", folder, i + 1);
    FILE *f = path != NULL ? fopen(path, "wbe") : NULL;

    if (f == NULL)
        return error_detail(&w->error, AGORA_UNAVAILABLE, "%s: %s", folder, strerror(errno));
    bool ok = fwrite(page->data, 1, page->len, f) == page->len;
    if (fclose(f) != 0 || !ok)
        return error_detail(&w->error, AGORA_UNAVAILABLE, "%s: %s", path, strerror(errno));
    return AGORA_OK;
}

enum agora_status ctl_try_file(struct command_call *call)
{
    struct work *w = call->work;
    struct imager_result result;

    if (call->argc < 1 || call->argc > 2)
        return AGORA_MALFORMED;
    int fd = open(call->argv[0], O_RDONLY | O_CLOEXEC);
    if (fd < 0)
        return error_detail(&w->error, AGORA_UNAVAILABLE, "%s: %s", call->argv[0], strerror(errno));
    enum agora_status s = imager_run(w, fd, &result);
    close(fd);
    if (s != AGORA_OK)
        return s;
    printf("%s\n", result.type);
    for (size_t i = 0; s == AGORA_OK && i < result.pages_n; i++) {
        const struct imager_page *p = &result.pages[i];
        printf("page %zu: %s, %u x %u, %zu octets\n", i + 1, result.page_type, p->width, p->height,
               p->len);
        if (call->argc == 2)
            s = write_page(w, call->argv[1], i, p);
    }
    return s;
}

enum agora_status ctl_try_url(struct command_call *call)
{
    bool reg = call->argc == 2 && strcmp(call->argv[0], "--register") == 0;
    struct fetched got;

    if (call->argc != 1 && !reg)
        return AGORA_MALFORMED;
    const char *url = call->argv[call->argc - 1];
    enum agora_status s =
        reg ? fetch_register(call->work, url, &got) : fetch_get(call->work, url, &got);
    if (s != AGORA_OK)
        return s;
    printf("%u %s\nfrom %s\n%s\n%zu octets\n\n", got.status, got.url, got.address, got.content_type,
           got.body_len);
    fwrite(got.body, 1, got.body_len, stdout);
    return AGORA_OK;
}

enum agora_status ctl_try_txt(struct command_call *call)
{
    char **texts;
    size_t n;

    if (call->argc != 1)
        return AGORA_MALFORMED;
    enum agora_status s = fetch_txt(call->work, call->argv[0], &texts, &n);
    for (size_t i = 0; s == AGORA_OK && i < n; i++)
        printf("%s\n", texts[i]);
    return s;
}
