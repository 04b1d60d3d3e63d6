#include <cornu/framework/callbacks/python_text.hpp>

#include <cmath>

#include <cornu/framework/registry/config.hpp>

namespace cornu::callbacks::detail {

std::string python_text(double value) {
  if (std::isnan(value)) return "nan";  // of either sign
  return std::isinf(value) ? (value > 0 ? "inf" : "-inf") : Config(value).to_json();
}

}  // namespace cornu::callbacks::detail
