// What can be awaited, and what comes out of it.

#pragma once

#include <coroutine>
#include <type_traits>
#include <utility>
#include <variant>

namespace weir::detail {

template <class A>
concept has_member_co_await =
    requires(A &&a) { static_cast<A &&>(a).operator co_await(); };
template <class A>
concept has_free_co_await =
    requires(A &&a) { operator co_await(static_cast<A &&>(a)); };

template <class A> decltype(auto) awaiter_of(A &&a) {
  if constexpr (has_member_co_await<A>)
    return static_cast<A &&>(a).operator co_await();
  else if constexpr (has_free_co_await<A>)
    return operator co_await(static_cast<A &&>(a));
  else
    return static_cast<A &&>(a);
}

template <class A>
concept is_awaitable = has_member_co_await<A> || has_free_co_await<A> ||
                       requires(std::remove_reference_t<A> &a) {
                         a.await_ready();
                         a.await_resume();
                       };

/// The type of `co_await std::declval<A>()`.
template <class A>
using await_result_t = decltype(std::declval<std::remove_reference_t<
    decltype(awaiter_of(std::declval<A>()))> &>().await_resume());

/// For places that need an object: void becomes std::monostate, a reference
/// stays one.
template <class T>
using object_t = std::conditional_t<std::is_void_v<T>, std::monostate, T>;

} // namespace weir::detail
