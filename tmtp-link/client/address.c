/*
 * The address of a server, taken apart.
 */
#include "tmtp-link/client/address.h"

#include <string.h>

bool address_parse(const char *server, struct address *address)
{
    const char *colon = strrchr(server, ':');
    const char *host = server + 1;
    size_t len;

    if ((*server != '+' && *server != '=') || colon == NULL) {
        return false;
    }
    len = (size_t)(colon - host);
    if (len > 2 && *host == '[' && colon[-1] == ']') {
        host++;
        len -= 2;
    }
    if (len == 0 || len >= sizeof address->host || colon[1] == '\0' ||
        strlen(colon + 1) >= sizeof address->port ||
        strspn(colon + 1, "0123456789") != strlen(colon + 1)) {
        return false;
    }
    address->checked = *server == '+';
    memcpy(address->host, host, len);
    address->host[len] = '\0';
    memcpy(address->port, colon + 1, strlen(colon + 1) + 1);
    return true;
}
