/* What libmicrohttpd calls, all on its one thread. */
#ifndef AGORA_HTTP_CALLBACKS_H
#define AGORA_HTTP_CALLBACKS_H

#include <microhttpd.h>
#include <stdarg.h>

/** The request line is there: begins the exchange, which is *con_cls from now on. */
void *on_request_line(void *server, const char *uri, struct MHD_Connection *mhd);

/** The head is there, then the body in pieces, then its end, then the worker's answer. */
enum MHD_Result on_request(void *server, struct MHD_Connection *mhd, const char *url,
                           const char *method, const char *version, const char *data, size_t *len,
                           void **con_cls);

/** The answer is out, or the client is gone: frees the exchange. */
void on_completed(void *server, struct MHD_Connection *mhd, void **con_cls,
                  enum MHD_RequestTerminationCode why);

/** A connection was opened or is about to be closed. */
void on_connection(void *server, struct MHD_Connection *mhd, void **socket_context,
                   enum MHD_ConnectionNotificationCode what);

/** libmicrohttpd has something to say. */
void on_log(void *server, const char *format, va_list ap) __attribute__((format(printf, 2, 0)));

#endif
