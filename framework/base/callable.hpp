#pragma once
/// A function as a value. Headers for users take it instead of std::function, whose header `functional` brings the
/// library's algorithms and hash tables along: about 5 % of the time in which a user's program compiles (gcc 12).
#include <cstddef>
#include <type_traits>
#include <utility>

#include <cornu/framework/base/export.hpp>

CORNU_EXPORT_BEGIN
namespace cornu {

template <class Signature>
class Callable;

namespace detail {
[[noreturn]] void throw_no_callable();

template <class F, class Result, class... Arguments>
concept CallableAs = !std::is_member_pointer_v<F> && std::is_invocable_r_v<Result, F&, Arguments...>;
}  // namespace detail

/// Holds any callable of the signature, as std::function does: a lambda, a function, a std::function; a copy has a
/// callable of its own. A null pointer and an empty std::function make an empty one, whose call throws StateError.
///
///     Callable<double(std::int64_t)> rate = [](std::int64_t epoch) { return 0.1 / (1.0 + epoch); };
template <class Result, class... Arguments>
class Callable<Result(Arguments...)> {
 public:
  Callable() = default;
  Callable(std::nullptr_t) {}

  template <class F>
  requires(!std::is_same_v<F, Callable> && detail::CallableAs<F, Result, Arguments...>) Callable(F callable) {
    static_assert(std::is_copy_constructible_v<F>, "a Callable is copied, so what it holds must have copies");
    if (is_empty(callable)) return;
    callable_ = new F(std::move(callable));
    actions_ = &actions_of<F>;
  }

  Callable(const Callable& other)
      : callable_(other ? other.actions_->copy(other.callable_) : nullptr), actions_(other.actions_) {}
  Callable(Callable&& other) noexcept
      : callable_(std::exchange(other.callable_, nullptr)), actions_(std::exchange(other.actions_, nullptr)) {}
  Callable& operator=(Callable other) noexcept {
    std::swap(callable_, other.callable_);
    std::swap(actions_, other.actions_);
    return *this;
  }
  ~Callable() {
    if (actions_) actions_->drop(callable_);
  }

  explicit operator bool() const { return actions_ != nullptr; }

  Result operator()(Arguments... arguments) const {
    if (!actions_) detail::throw_no_callable();
    return actions_->call(callable_, std::forward<Arguments>(arguments)...);
  }

 private:
  struct Actions {
    Result (*call)(void* callable, Arguments&&... arguments);
    void* (*copy)(const void* callable);
    void (*drop)(void* callable);
  };

  template <class F>
  static constexpr Actions actions_of{
      [](void* callable, Arguments&&... arguments) -> Result {
        return static_cast<Result>((*static_cast<F*>(callable))(std::forward<Arguments>(arguments)...));
      },
      [](const void* callable) -> void* { return new F(*static_cast<const F*>(callable)); },
      [](void* callable) { delete static_cast<F*>(callable); }};

  template <class F>
  static bool is_empty(const F& callable) {
    if constexpr (std::is_pointer_v<F> || requires { callable.operator bool(); })
      return !callable;
    else
      return false;
  }

  void* callable_ = nullptr;
  const Actions* actions_ = nullptr;
};

}  // namespace cornu
CORNU_EXPORT_END
