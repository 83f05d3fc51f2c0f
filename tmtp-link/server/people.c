/*
 * Who is here and who tells whom of it. Each pair is in two lists, the one's and the other's, so
 * that neither a login nor a leaving looks at anybody it does not concern.
 */
#include "tmtp-link/server/people.h"

#include <search.h>
#include <stdlib.h>
#include <string.h>

struct people {
    void *by_uid; /* tree of persons (tsearch) */
};

/* --- lists --------------------------------------------------------------------------------- */

static bool list_room(struct person_list *list)
{
    size_t room = list->room == 0 ? 4 : 2 * list->room;
    struct person **at;

    if (list->count < list->room) {
        return true;
    }
    at = reallocarray(list->at, room, sizeof(struct person *));
    if (at == NULL) {
        return false;
    }
    list->at = at;
    list->room = room;
    return true;
}

/* Place of a person, or the list's count. */
static size_t list_place(const struct person_list *list, const struct person *person)
{
    size_t i = 0;

    while (i < list->count && list->at[i] != person) {
        i++;
    }
    return i;
}

static void list_remove(struct person_list *list, const struct person *person)
{
    size_t i = list_place(list, person);

    if (i < list->count) {
        list->at[i] = list->at[--list->count];
    }
    if (list->count == 0) {
        free(list->at);
        *list = (struct person_list){0};
    }
}

/* --- persons ------------------------------------------------------------------------------- */

static int by_uid(const void *a, const void *b)
{
    return strcmp(((const struct person *)a)->uid, ((const struct person *)b)->uid);
}

/* A person as a key to look for. */
static struct person key(const char *uid)
{
    struct person person = {0};

    memcpy(person.uid, uid, strnlen(uid, TMTP_UID_LEN));
    return person;
}

struct person *people_find(const struct people *people, const char *uid)
{
    struct person wanted = key(uid);
    struct person *const *found = tfind(&wanted, &people->by_uid, by_uid);

    return found == NULL ? NULL : *found;
}

static struct person *find_or_make(struct people *people, const char *uid)
{
    struct person *person = people_find(people, uid);

    if (person != NULL) {
        return person;
    }
    person = calloc(1, sizeof *person);
    if (person == NULL) {
        return NULL;
    }
    *person = key(uid);
    if (tsearch(person, &people->by_uid, by_uid) == NULL) {
        free(person);
        return NULL;
    }
    return person;
}

static void free_person(void *node)
{
    struct person *person = node;

    free(person->tells.at);
    free(person->told_by.at);
    free(person);
}

static void forget_if_unused(struct people *people, struct person *person)
{
    if (person->nodes == 0 && person->told_by.count == 0) {
        tdelete(person, &people->by_uid, by_uid);
        free_person(person);
    }
}

struct people *people_new(void)
{
    return calloc(1, sizeof(struct people));
}

void people_free(struct people *people)
{
    if (people != NULL) {
        tdestroy(people->by_uid, free_person);
        free(people);
    }
}

/* --- coming, going, telling ---------------------------------------------------------------- */

struct person *people_arrive(struct people *people, const char *uid, int64_t account)
{
    struct person *person = find_or_make(people, uid);

    if (person != NULL) {
        person->account = account;
        person->nodes++;
    }
    return person;
}

static void part(struct people *people, struct person *from, struct person *to)
{
    list_remove(&from->tells, to);
    list_remove(&to->told_by, from);
    if (to != from) {
        forget_if_unused(people, to);
    }
}

void people_leave(struct people *people, struct person *person)
{
    person->nodes--;
    while (person->nodes == 0 && person->tells.count > 0) {
        part(people, person, person->tells.at[person->tells.count - 1]);
    }
    forget_if_unused(people, person);
}

/* In the shorter of the two lists that would have it. */
static bool tells(const struct person *from, const struct person *to)
{
    return from->tells.count < to->told_by.count
               ? list_place(&from->tells, to) < from->tells.count
               : list_place(&to->told_by, from) < to->told_by.count;
}

bool people_tells(const struct people *people, const struct person *from, const char *uid)
{
    const struct person *to = people_find(people, uid);

    return to != NULL && tells(from, to);
}

bool people_tell(struct people *people, struct person *from, const char *uid)
{
    struct person *to = find_or_make(people, uid);

    if (to == NULL || tells(from, to)) {
        return false;
    }
    if (!list_room(&from->tells) || !list_room(&to->told_by)) {
        forget_if_unused(people, to);
        return false;
    }
    from->tells.at[from->tells.count++] = to;
    to->told_by.at[to->told_by.count++] = from;
    return true;
}

bool people_untell(struct people *people, struct person *from, const char *uid)
{
    struct person *to = people_find(people, uid);

    if (to == NULL || !tells(from, to)) {
        return false;
    }
    part(people, from, to);
    return true;
}
