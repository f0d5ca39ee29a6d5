// The same on libuv, as fast as it goes: one buffer for every read, and the
// answer tried at once, kept only if the system does not take all of it.
// usage: libuv_echo PORT

#include <stdlib.h>
#include <string.h>
#include <uv.h>

static char buffer[2048];

static void on_closed(uv_handle_t *h) { free(h); }
static void on_written(uv_write_t *w, int status) {
  (void)status;
  free(w);
}
static void give_buffer(uv_handle_t *h, size_t size, uv_buf_t *b) {
  (void)h, (void)size;
  *b = uv_buf_init(buffer, sizeof buffer);
}
static void on_read(uv_stream_t *s, ssize_t n, const uv_buf_t *b) {
  if (n < 0) {
    uv_close((uv_handle_t *)s, on_closed);
    return;
  }
  uv_buf_t out = uv_buf_init(b->base, (unsigned)n);
  int sent = n > 0 ? uv_try_write(s, &out, 1) : 0;
  if (sent == n)
    return;
  size_t done = sent > 0 ? (size_t)sent : 0, rest = (size_t)n - done;
  uv_write_t *w = malloc(sizeof *w + rest);
  out = uv_buf_init(memcpy(w + 1, b->base + done, rest), (unsigned)rest);
  uv_write(w, s, &out, 1, on_written);
}
static void on_connection(uv_stream_t *listener, int status) {
  (void)status;
  uv_tcp_t *c = malloc(sizeof *c);
  uv_tcp_init(uv_default_loop(), c);
  uv_accept(listener, (uv_stream_t *)c);
  uv_tcp_nodelay(c, 1);
  uv_read_start((uv_stream_t *)c, give_buffer, on_read);
}

int main(int argc, char **argv) {
  uv_tcp_t listener;
  struct sockaddr_in at;
  uv_tcp_init(uv_default_loop(), &listener);
  uv_ip4_addr("127.0.0.1", atoi(argv[argc - 1]), &at);
  uv_tcp_bind(&listener, (struct sockaddr *)&at, 0);
  uv_listen((uv_stream_t *)&listener, 1024, on_connection);
  return uv_run(uv_default_loop(), UV_RUN_DEFAULT);
}
