/*
 * How many cases the scorer evaluates in a second on one core, under a policy, and how long the
 * shortest way takes.
 *
 *     score POLICY.json SECONDS
 *
 * Prints `evaluations_per_s N` and `way_us N`. The cases are those of a society's queue: one to
 * four pieces of evidence, most of them checked, some expired, some failed.
 */
#include <stdio.h>
#include <stdlib.h>
#include <talloc.h>

#include "directory/base/clock.h"
#include "directory/base/file.h"
#include "directory/domain/score_policy.h"

enum { CASES = 4096, WAYS = 512, TODAY = 20000, POLICY_MAX = 1 << 20 };

static unsigned long seed = 42;

static unsigned below(unsigned n)
{
    seed = seed * 6364136223846793005UL + 1442695040888963407UL;
    return (unsigned)(seed >> 33) % n;
}

static void make_case(const struct score_policy *policy, struct score_case *c)
{
    *c = (struct score_case){.today = TODAY, .contact = true, .named = true, .born = below(10) > 0};
    c->items = 1 + below(4);
    for (size_t i = 0; i < c->items; i++) {
        struct score_item *item = &c->item[i];
        uint8_t type = (uint8_t)below((unsigned)policy->types);
        *item =
            (struct score_item){.type = type,
                                .issuer = (uint16_t)i,
                                .passed = policy->type[type].methods & (uint32_t)below(0x7fffffff),
                                .issued = TODAY - (int)below(120),
                                .expires = below(4) ? SCORE_NO_DAY : TODAY - 30 + (int)below(400),
                                .looked_up = TODAY - (int)below(40)};
        if (below(20) == 0)
            item->failed = policy->type[type].methods & ~item->passed;
    }
}

/* Evaluations in so many seconds. The sum of the levels keeps the compiler from leaving them out.
 */
static double evaluations(const struct score_policy *policy, const struct score_case *cases,
                          int seconds)
{
    int64_t begun = monotonic_us(), end = begun + seconds * SECOND_US, n = 0;
    unsigned long levels = 0;

    while (monotonic_us() < end) {
        for (size_t i = 0; i < CASES; i++) {
            struct score_result r;
            score_evaluate(policy, &cases[i], &r);
            levels += r.level;
        }
        n += CASES;
    }
    if (levels == 0)
        fputs("no case reaches a level\n", stderr);
    return (double)n * (double)SECOND_US / (double)(monotonic_us() - begun);
}

static double way_us(const struct score_policy *policy, const struct score_case *cases)
{
    int64_t begun = monotonic_us();

    for (size_t i = 0; i < WAYS; i++) {
        struct score_way way;
        score_shortest_way(policy, &cases[i], SCORE_LADDER, 3, false, &way);
    }
    return (double)(monotonic_us() - begun) / WAYS;
}

int main(int argc, char **argv)
{
    struct work w;
    struct score_policy *policy;
    struct score_case *cases;
    char *text;

    if (argc != 3 || work_begin(&w, NULL, NULL, NULL) != AGORA_OK)
        return EXIT_FAILURE;
    if (file_read(w.mem, argv[1], POLICY_MAX, &text, NULL, &w.error) != AGORA_OK ||
        score_policy_read(&w, text, &policy) != AGORA_OK) {
        fprintf(stderr, "%s %s\n", w.error.pointer, w.error.text);
        return EXIT_FAILURE;
    }
    cases = talloc_array(w.mem, struct score_case, CASES);
    if (cases == NULL)
        return EXIT_FAILURE;
    for (size_t i = 0; i < CASES; i++)
        make_case(policy, &cases[i]);
    printf("evaluations_per_s %.0f\n", evaluations(policy, cases, (int)strtol(argv[2], NULL, 10)));
    printf("way_us %.1f\n", way_us(policy, cases));
    work_end(&w);
    return EXIT_SUCCESS;
}
