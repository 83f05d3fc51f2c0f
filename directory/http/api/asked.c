/* input_json() has checked both lists; here they become arrays. */
#include "directory/http/api/asked.h"

#include <jansson.h>
#include <stdio.h>
#include <string.h>
#include <talloc.h>

/* The texts of a JSON array. @return NULL when memory ran out */
static const char *const *texts_of(const void *mem, const char *array, size_t *n)
{
    json_t *list = array != NULL ? json_loads(array, 0, NULL) : NULL;
    const char **out = talloc_array(mem, const char *, (unsigned)json_array_size(list) + 1);

    *n = 0;
    for (size_t i = 0; out != NULL && i < json_array_size(list); i++) {
        out[i] = talloc_strdup(out, json_string_value(json_array_get(list, i)));
        *n = out[i] != NULL ? i + 1 : 0;
        if (out[i] == NULL)
            out = NULL;
    }
    json_decref(list);
    return out;
}

enum agora_status asked_lists(struct request *rq, const struct asked_lists *lists,
                              struct search_ask *ask)
{
    void *mem = rq->work.mem;

    ask->topics = texts_of(mem, lists->topics, &ask->topics_n);
    ask->countries = texts_of(mem, lists->countries, &ask->countries_n);
    return ask->topics != NULL && ask->countries != NULL ? AGORA_OK : work_out_of_memory(&rq->work);
}

enum agora_status asked_told(struct request *rq, enum agora_status s)
{
    struct error *e = &rq->work.error;

    if (s == AGORA_INVALID_FIELD && strcmp(e->pointer, "/topic") == 0)
        snprintf(e->pointer, sizeof e->pointer, "/topics");
    else if (s == AGORA_INVALID_FIELD && strcmp(e->pointer, "/country") == 0)
        snprintf(e->pointer, sizeof e->pointer, "/countries");
    return s;
}
