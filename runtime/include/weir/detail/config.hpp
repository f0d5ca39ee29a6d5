// What differs between compilers and builds, decided once.
//
// Nothing here is for users, except the macros README and docs/runtime.md name:
// WEIR_STRICT_LIFETIMES turns on clang's compile-time lifetime checks for tasks.

#pragma once

// Symmetric transfer needs guaranteed tail calls. Clang has them always; g++
// only when it optimises and no sanitizer is on, so there a task is started
// inside its awaiter and completion is passed by a flag (see promise.hpp).
#if defined(__clang__)
#define WEIR_SYMMETRIC_TRANSFER 1
#else
#define WEIR_SYMMETRIC_TRANSFER 0
#endif

// Recycled frames hide use-after-free from the sanitizers.
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define WEIR_SANITIZED 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer) ||     \
    __has_feature(memory_sanitizer)
#define WEIR_SANITIZED 1
#endif
#endif
#ifndef WEIR_SANITIZED
#define WEIR_SANITIZED 0
#endif

#if defined(__SANITIZE_THREAD__)
#define WEIR_THREAD_SANITIZER 1
#elif defined(__has_feature)
#if __has_feature(thread_sanitizer)
#define WEIR_THREAD_SANITIZER 1
#endif
#endif
#ifndef WEIR_THREAD_SANITIZER
#define WEIR_THREAD_SANITIZER 0
#endif

// A frame awaited in the expression that makes it lives in its caller's frame.
#if defined(__clang__) && __has_cpp_attribute(clang::coro_await_elidable)
#define WEIR_AWAIT_ELIDABLE [[clang::coro_await_elidable]]
#else
#define WEIR_AWAIT_ELIDABLE
#endif

// Clang can report references that a task keeps too long, but then refuses
// every plain function that hands a task on, std::function's and std::invoke's
// included. So it is an option.
#if defined(WEIR_STRICT_LIFETIMES) && defined(__clang__) &&                     \
    __has_cpp_attribute(clang::coro_return_type)
#define WEIR_CORO_TYPE [[clang::coro_return_type, clang::coro_lifetimebound]]
#define WEIR_CORO_WRAPPER [[clang::coro_wrapper]]
#define WEIR_RETURN_OBJECT                                                     \
  [[clang::coro_wrapper, clang::coro_disable_lifetimebound]]
#else
#define WEIR_CORO_TYPE
#define WEIR_CORO_WRAPPER
#define WEIR_RETURN_OBJECT
#endif
