#include <cornu/framework/base/class_name.hpp>

#include <cxxabi.h>

#include <cstdlib>
#include <memory>

namespace cornu {

// Keras's rule: "GlobalAveragePooling1D" is global_average_pooling1d, "LSTM" is lstm, "PReLU" is p_re_lu.
std::string to_snake_case(std::string_view class_name) {
  const auto upper = [](char c) { return c >= 'A' && c <= 'Z'; };
  const auto lower = [](char c) { return c >= 'a' && c <= 'z'; };
  std::string result;
  for (std::size_t i = 0; i < class_name.size(); ++i) {
    const char c = class_name[i];
    const bool starts_word = i > 0 && upper(c) && i + 1 < class_name.size() && lower(class_name[i + 1]);
    const bool ends_word = i > 0 && upper(c) && lower(class_name[i - 1]);
    if (starts_word || ends_word) result += '_';
    result += upper(c) ? static_cast<char>(c - 'A' + 'a') : c;
  }
  return result;
}

namespace {

// "Scale" of "shop::(anonymous namespace)::Scale<float>".
std::string unqualified(std::string name) {
  if (name.ends_with('>')) {
    std::size_t start = name.size();
    for (int open = 0; start-- > 0;) {
      open += name[start] == '>' ? 1 : (name[start] == '<' ? -1 : 0);
      if (open == 0) break;
    }
    name.erase(start);
  }
  const std::size_t colon = name.rfind(':');
  return colon == std::string::npos ? name : name.substr(colon + 1);
}

}  // namespace

std::string detail::full_name_of(const std::type_info& type) {
  const char* mangled = type.name();
  int status = 0;
  const std::unique_ptr<char, void (*)(void*)> demangled(abi::__cxa_demangle(mangled, nullptr, nullptr, &status),
                                                         std::free);
  return status == 0 ? demangled.get() : mangled;
}

std::string detail::class_name_of(const std::type_info& type) { return unqualified(full_name_of(type)); }

}  // namespace cornu
