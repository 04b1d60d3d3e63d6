#include <algorithm>
#include <cctype>

#include <cornu/framework/names.hpp>
#include <cornu/optim/adam.hpp>
#include <cornu/optim/rmsprop.hpp>
#include <cornu/optim/sgd.hpp>

namespace cornu {

using optim::Optimizer;

template <>
std::shared_ptr<Optimizer> from_name<Optimizer>(std::string_view name) {
  static constexpr detail::Named<Optimizer> table[] = {
      {detail::make_default<Optimizer, optim::Adam>, {"adam"}},
      {detail::make_default<Optimizer, optim::RMSprop>, {"rmsprop"}},
      {detail::make_default<Optimizer, optim::SGD>, {"sgd"}},
  };
  std::string lower(name);
  std::transform(lower.begin(), lower.end(), lower.begin(),
                 [](unsigned char letter) { return static_cast<char>(std::tolower(letter)); });
  return detail::make_by_name("optimizer", lower, table);
}

}  // namespace cornu
