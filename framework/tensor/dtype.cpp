#include <cornu/framework/tensor/dtype.hpp>

#include <fmt/format.h>

#include <cornu/framework/base/errors.hpp>

namespace cornu {

std::size_t size_of(DType dtype) {
  switch (dtype) {
    case DType::float32:
    case DType::int32:
      return 4;
    case DType::float64:
    case DType::int64:
      return 8;
    case DType::boolean:
      return 1;
  }
  return 0;
}

std::string_view name_of(DType dtype) {
  switch (dtype) {
    case DType::float32:
      return "float32";
    case DType::float64:
      return "float64";
    case DType::int32:
      return "int32";
    case DType::int64:
      return "int64";
    case DType::boolean:
      return "bool";
  }
  return "?";
}

DType dtype_from_name(std::string_view name) {
  for (const DType dtype : {float32, float64, int32, int64, boolean})
    if (name == name_of(dtype)) return dtype;
  throw ValueError("dtype",
                   fmt::format("unknown dtype; got '{}'; expected float32, float64, int32, int64 or bool", name));
}

}  // namespace cornu

[[gnu::visibility("default")]] fmt::format_context::iterator fmt::formatter<cornu::DType>::format(
    cornu::DType dtype, fmt::format_context& context) const {
  return fmt::formatter<std::string_view>::format(cornu::name_of(dtype), context);
}
