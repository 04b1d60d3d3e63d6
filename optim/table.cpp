#include <algorithm>
#include <cctype>

#include <cornu/framework/registry/names.hpp>
#include <cornu/optim/adadelta.hpp>
#include <cornu/optim/adafactor.hpp>
#include <cornu/optim/adagrad.hpp>
#include <cornu/optim/adam.hpp>
#include <cornu/optim/adamax.hpp>
#include <cornu/optim/adamw.hpp>
#include <cornu/optim/ftrl.hpp>
#include <cornu/optim/lamb.hpp>
#include <cornu/optim/lion.hpp>
#include <cornu/optim/muon.hpp>
#include <cornu/optim/nadam.hpp>
#include <cornu/optim/rmsprop.hpp>
#include <cornu/optim/schedule_free_adamw.hpp>
#include <cornu/optim/sgd.hpp>

namespace cornu {

using optim::Optimizer;

template <>
std::shared_ptr<Optimizer> from_name<Optimizer>(std::string_view name) {
  static constexpr detail::Named<Optimizer> table[] = {
      {detail::make_default<Optimizer, optim::Adadelta>, {"adadelta"}},
      {detail::make_default<Optimizer, optim::Adafactor>, {"adafactor"}},
      {detail::make_default<Optimizer, optim::Adagrad>, {"adagrad"}},
      {detail::make_default<Optimizer, optim::Adam>, {"adam"}},
      {detail::make_default<Optimizer, optim::Adamax>, {"adamax"}},
      {detail::make_default<Optimizer, optim::AdamW>, {"adamw"}},
      {detail::make_default<Optimizer, optim::Ftrl>, {"ftrl"}},
      {detail::make_default<Optimizer, optim::Lamb>, {"lamb"}},
      {detail::make_default<Optimizer, optim::Lion>, {"lion"}},
      {detail::make_default<Optimizer, optim::Muon>, {"muon"}},
      {detail::make_default<Optimizer, optim::Nadam>, {"nadam"}},
      {detail::make_default<Optimizer, optim::RMSprop>, {"rmsprop"}},
      {detail::make_default<Optimizer, optim::ScheduleFreeAdamW>, {"schedulefreeadamw"}},
      {detail::make_default<Optimizer, optim::SGD>, {"sgd"}},
  };
  std::string lower(name);
  std::transform(lower.begin(), lower.end(), lower.begin(),
                 [](unsigned char letter) { return static_cast<char>(std::tolower(letter)); });
  return detail::make_by_name("optimizer", lower, table);
}

template class Handle<Optimizer>;

}  // namespace cornu
