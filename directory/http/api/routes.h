/* The table of all routes. */
#ifndef AGORA_HTTP_API_ROUTES_H
#define AGORA_HTTP_API_ROUTES_H

#include "directory/http/route.h"

extern const struct route api_routes[];
extern const size_t api_routes_n;

#endif
