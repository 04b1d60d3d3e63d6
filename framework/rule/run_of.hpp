#pragma once
// Internal: what a rule was given, as its kernel takes it.
#include <cornu/framework/kernels/run.hpp>
#include <cornu/framework/rule/elements.hpp>

namespace cornu::optim {

template <class T>
kernels::Run run_of(const Elements<T>& elements) {
  if (elements.rows.empty()) return elements.count();
  kernels::Run run(elements.count(), elements.rows.data(), static_cast<std::int64_t>(elements.rows.size()));
  run.decay = static_cast<double>(elements.decay);
  return run;
}

}  // namespace cornu::optim
