/* One line, written over: [#####.....] 45000 of 1000000 members, 3 min to go */
#include "directory/ctl/progress.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "directory/base/clock.h"

enum { CELLS = 30, SOON = 3 };

void progress_begin(struct progress *p)
{
    *p = (struct progress){.seen = isatty(STDERR_FILENO) != 0};
}

void progress_tell(struct progress *p, const char *what, uint64_t done, uint64_t total)
{
    char bar[CELLS + 1], left[40] = "";

    if (!p->seen || total == 0)
        return;
    if (p->what == NULL || strcmp(p->what, what) != 0) {
        progress_end(p);
        p->begun = monotonic_us();
        p->what = what;
    }
    memset(bar, '.', CELLS);
    memset(bar, '#', (size_t)(done * CELLS / total));
    bar[CELLS] = '\0';
    int64_t seconds = (monotonic_us() - p->begun) / SECOND_US;
    if (seconds >= SOON && done > 0 && done < total) {
        uint64_t rest = (uint64_t)seconds * (total - done) / done;
        snprintf(left, sizeof left, ", %llu:%02llu to go", (unsigned long long)rest / 60,
                 (unsigned long long)rest % 60);
    }
    fprintf(stderr, "\r[%s] %llu of %llu %s%s   ", bar, (unsigned long long)done,
            (unsigned long long)total, what, left);
}

void progress_end(struct progress *p)
{
    if (p->seen && p->what != NULL)
        fputc('\n', stderr);
    p->what = NULL;
}
