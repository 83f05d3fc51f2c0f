/* Every route there is: method, path, who may call it, octets of body, lane, flags, handler. One
 * api file a resource; its rows stand together, under its name. A path that is not here is a page
 * of the browser app, or nothing. */
#include "directory/http/api/routes.h"

#include "directory/http/api/system.h"

/* clang-format off */
const struct route api_routes[] = {
    /* system: health, metrics, the description of the interface */
    {"GET", "/healthz", WHO_PUBLIC, 0, LANE_FAST, ROUTE_ANONYMOUS, system_healthz},
    {"GET", "/readyz", WHO_PUBLIC, 0, LANE_FAST, ROUTE_ANONYMOUS, system_readyz},
    {"GET", "/metrics", WHO_PUBLIC, 0, LANE_FAST, ROUTE_INTERNAL | ROUTE_ANONYMOUS, system_metrics},
    {"GET", "/api/v1/openapi.json", WHO_PUBLIC, 0, LANE_FAST, ROUTE_CORS | ROUTE_ANONYMOUS, system_openapi},
};
/* clang-format on */

const size_t api_routes_n = sizeof api_routes / sizeof api_routes[0];
