// debug_locks: lets debug mode see std::mutex.
//
// Include it in exactly one source file of a program. It puts counting
// functions in front of pthread_mutex_lock and kin, on which std::mutex and
// std::lock_guard are built, so that debug mode can report a task that
// suspends while it holds one (weir-lock-across-await); of a std::shared_mutex
// it sees nothing. glibc only; without effect under the thread sanitizer, which
// stands in the same place.

#pragma once

#include <weir/detail/config.hpp>
#include <weir/detail/held_locks.hpp>

#if !WEIR_THREAD_SANITIZER

#include <dlfcn.h>
#include <pthread.h>

extern "C" {

int pthread_mutex_lock(pthread_mutex_t *mutex) noexcept {
  static auto *next = reinterpret_cast<int (*)(pthread_mutex_t *)>(
      dlsym(RTLD_NEXT, "pthread_mutex_lock"));
  const int result = next(mutex);
  if (result == 0)
    ++weir::detail::held_locks();
  return result;
}

int pthread_mutex_trylock(pthread_mutex_t *mutex) noexcept {
  static auto *next = reinterpret_cast<int (*)(pthread_mutex_t *)>(
      dlsym(RTLD_NEXT, "pthread_mutex_trylock"));
  const int result = next(mutex);
  if (result == 0)
    ++weir::detail::held_locks();
  return result;
}

int pthread_mutex_timedlock(pthread_mutex_t *mutex,
                            const timespec *until) noexcept {
  static auto *next =
      reinterpret_cast<int (*)(pthread_mutex_t *, const timespec *)>(
          dlsym(RTLD_NEXT, "pthread_mutex_timedlock"));
  const int result = next(mutex, until);
  if (result == 0)
    ++weir::detail::held_locks();
  return result;
}

int pthread_mutex_clocklock(pthread_mutex_t *mutex, clockid_t clock,
                            const timespec *until) noexcept {
  static auto *next =
      reinterpret_cast<int (*)(pthread_mutex_t *, clockid_t, const timespec *)>(
          dlsym(RTLD_NEXT, "pthread_mutex_clocklock"));
  const int result = next(mutex, clock, until);
  if (result == 0)
    ++weir::detail::held_locks();
  return result;
}

int pthread_mutex_unlock(pthread_mutex_t *mutex) noexcept {
  static auto *next = reinterpret_cast<int (*)(pthread_mutex_t *)>(
      dlsym(RTLD_NEXT, "pthread_mutex_unlock"));
  const int result = next(mutex);
  if (result == 0)
    --weir::detail::held_locks();
  return result;
}
}

#endif
