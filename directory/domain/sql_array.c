/* Every item is quoted, so that none needs a look; only the quote and the backslash are escaped. */
#include "directory/domain/sql_array.h"

#include <stdlib.h>
#include <talloc.h>

void sql_array_begin(struct sql_array *array)
{
    *array = (struct sql_array){0};
    array->stream = open_memstream(&array->text, &array->len);
    if (array->stream != NULL)
        putc('{', array->stream);
}

void sql_array_add(struct sql_array *array, const char *item)
{
    if (array->stream == NULL)
        return;
    if (array->n++ > 0)
        putc(',', array->stream);
    putc('"', array->stream);
    for (; *item != '\0'; item++) {
        if (*item == '"' || *item == '\\')
            putc('\\', array->stream);
        putc(*item, array->stream);
    }
    putc('"', array->stream);
}

char *sql_array_end(struct sql_array *array, const void *mem)
{
    char *made = NULL;

    if (array->stream == NULL)
        return NULL;
    putc('}', array->stream);
    if (fclose(array->stream) == 0)
        made = talloc_strndup(mem, array->text, array->len);
    free(array->text);
    array->stream = NULL;
    return made;
}

char *sql_array_of(const void *mem, const char *const items[], size_t n)
{
    struct sql_array array;

    sql_array_begin(&array);
    for (size_t i = 0; i < n; i++)
        sql_array_add(&array, items[i]);
    return sql_array_end(&array, mem);
}
