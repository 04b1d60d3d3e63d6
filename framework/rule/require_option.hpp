#pragma once
#include <string_view>

#include <cornu/framework/base/export.hpp>

CORNU_EXPORT_BEGIN
namespace cornu::optim {

/// For constructors: throws ValueError that names the option unless `holds`.
void require_option(std::string_view class_name, std::string_view option, bool holds, double got,
                    std::string_view expected);
/// The same unless `got` is finite and at least 0.
void require_not_negative(std::string_view class_name, std::string_view option, double got);

}  // namespace cornu::optim
CORNU_EXPORT_END
