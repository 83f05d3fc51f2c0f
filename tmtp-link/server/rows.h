/*
 * Values out of a result in binary form, by row and column.
 */
#ifndef TMTPD_ROWS_H
#define TMTPD_ROWS_H

#include <endian.h>
#include <libpq-fe.h>
#include <stdbool.h>
#include <stdint.h>
#include <string.h>

static inline bool rows_null(const PGresult *result, int row, int column)
{
    return PQgetisnull(result, row, column) != 0;
}

/** Column of type bigint; 0 for null. */
static inline int64_t rows_int8(const PGresult *result, int row, int column)
{
    uint64_t big = 0;

    if (!rows_null(result, row, column)) {
        memcpy(&big, PQgetvalue(result, row, column), sizeof big);
    }
    return (int64_t)be64toh(big);
}

/** Column of type integer; 0 for null. */
static inline int32_t rows_int4(const PGresult *result, int row, int column)
{
    uint32_t big = 0;

    if (!rows_null(result, row, column)) {
        memcpy(&big, PQgetvalue(result, row, column), sizeof big);
    }
    return (int32_t)be32toh(big);
}

/** Column of type boolean; false for null. */
static inline bool rows_bool(const PGresult *result, int row, int column)
{
    return !rows_null(result, row, column) && *PQgetvalue(result, row, column) != 0;
}

/** Column of type text (ends with NUL); NULL for null. Lives as long as the result. */
static inline const char *rows_text(const PGresult *result, int row, int column)
{
    return rows_null(result, row, column) ? NULL : PQgetvalue(result, row, column);
}

/** Octets of a column of type text or bytea. */
static inline size_t rows_len(const PGresult *result, int row, int column)
{
    return (size_t)PQgetlength(result, row, column);
}

#endif
