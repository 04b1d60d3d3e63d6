#include <cornu/framework/base/callable.hpp>
#include <cornu/framework/base/errors.hpp>

void cornu::detail::throw_no_callable() {
  throw StateError("Callable", "an empty function was called; give it a function first");
}
