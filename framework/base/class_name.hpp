#pragma once
#include <string>
#include <string_view>
#include <typeinfo>

#include <cornu/framework/base/export.hpp>

CORNU_EXPORT_BEGIN
namespace cornu {

/// A class's name as Keras writes it in default names: "GlobalAveragePooling1D" is "global_average_pooling1d".
std::string to_snake_case(std::string_view class_name);

namespace detail {
/// Internal: a class's name without namespaces and template arguments: "Dense".
std::string class_name_of(const std::type_info& type);
/// Internal: a class's name as C++ writes it: "cornu::layers::Dense".
std::string full_name_of(const std::type_info& type);
}  // namespace detail

}  // namespace cornu
CORNU_EXPORT_END
