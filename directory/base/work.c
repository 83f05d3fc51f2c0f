/* Beginning and end of a piece of work. */
#include "directory/base/work.h"

#include <string.h>
#include <talloc.h>

#include "directory/base/random.h"

enum agora_status work_begin(struct work *w, void *parent, struct db *db,
                             const struct config *config)
{
    *w = (struct work){.db = db, .config = config};
    random_id(w->id);
    w->mem = talloc_new(parent);
    return w->mem != NULL ? AGORA_OK : work_out_of_memory(w);
}

void work_end(struct work *w)
{
    TALLOC_FREE(w->mem);
}

enum agora_status work_out_of_memory(struct work *w)
{
    return error_detail(&w->error, AGORA_INTERNAL, "out of memory");
}
