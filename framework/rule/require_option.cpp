#include <cornu/framework/rule/require_option.hpp>

#include <fmt/core.h>

#include <cmath>

#include <cornu/framework/base/errors.hpp>

namespace cornu::optim {

void require_option(std::string_view class_name, std::string_view option, bool holds, double got,
                    std::string_view expected) {
  if (!holds)
    throw ValueError(class_name, fmt::format("{} is out of range; got {}; expected {}", option, got, expected));
}

void require_not_negative(std::string_view class_name, std::string_view option, double got) {
  require_option(class_name, option, std::isfinite(got) && got >= 0, got, "a number from 0 on");
}

}  // namespace cornu::optim
