#include <cornu/optim/lamb.hpp>

#include <array>
#include <cmath>
#include <span>

#include <cornu/framework/kernels/optimizers.hpp>
#include <cornu/framework/kernels/table.hpp>
#include <cornu/framework/optimizer/each_common_option.hpp>
#include <cornu/framework/rule/pieces.hpp>

namespace cornu::optim {

Lamb::Lamb(cornu::detail::NoOptions) : Lamb() {}
Lamb::Lamb(LambOptions options)
    : WholeVariableOptimizer("Lamb", "lamb", common_options(options), {{"momentum"}, {"velocity"}}),
      beta_1_(options.beta_1),
      beta_2_(options.beta_2),
      epsilon_(options.epsilon) {
  require_option("Lamb", "beta_1", beta_1_ >= 0 && beta_1_ < 1, beta_1_, "0 or more, below 1");
  require_option("Lamb", "beta_2", beta_2_ >= 0 && beta_2_ < 1, beta_2_, "0 or more, below 1");
  require_not_negative("Lamb", "epsilon", epsilon_);
}

void Lamb::begin(const Step& step) {
  const double t = static_cast<double>(step.number);
  learning_rate_ = step.learning_rate;
  mean_scale_ = 1 / (1 - std::pow(beta_1_, t));
  square_scale_ = 1 / (1 - std::pow(beta_2_, t));
}

namespace {

// Of one piece of the variable.
struct Squares {
  double of_w = 0, of_u = 0;
};

// ‖w‖ / ‖u‖. The sums of the pieces are added up in their order, so threads change no bit.
double ratio_of(std::span<const Squares> pieces) {
  Squares all;
  for (const Squares& piece : pieces) {
    all.of_w += piece.of_w;
    all.of_u += piece.of_u;
  }
  return all.of_w > 0 && all.of_u > 0 ? std::sqrt(all.of_w / all.of_u) : 1;
}

}  // namespace

template <class T>
void Lamb::update_variable(const Elements<T>& e) const {
  const auto& kernels = kernels::table<kernels::MomentKernels<T>>();
  const kernels::LambRule<T> rule{static_cast<T>(mean_scale_), static_cast<T>(square_scale_),
                                  static_cast<T>(1 - beta_1_), static_cast<T>(1 - beta_2_), static_cast<T>(epsilon_)};
  T *const w = e.value, *const m = e.slots[0], *const v = e.slots[1];
  const std::size_t grain = detail::elements_a_sum(e.size);
  std::array<Squares, detail::most_sums> squares{};
  detail::for_pieces(e.size, grain, [&](std::size_t first, std::size_t last) {
    Squares& sums = squares[first / grain];
    kernels.lamb_moments(rule, e.gradient ? e.gradient + first : nullptr, static_cast<std::int64_t>(last - first),
                         w + first, m + first, v + first, sums.of_w, sums.of_u);
  });
  const T rate = static_cast<T>(ratio_of(squares) * learning_rate_);
  detail::for_pieces(e.size, grain, [&](std::size_t first, std::size_t last) {
    kernels.lamb_step(rule, rate, static_cast<std::int64_t>(last - first), w + first, m + first, v + first);
  });
}

template void Lamb::update_variable(const Elements<float>&) const;
template void Lamb::update_variable(const Elements<double>&) const;

namespace {

// Keras's keys, in its order
constexpr auto each_option = [](auto& option, auto& beta_1, auto& beta_2, auto& epsilon) {
  option("beta_1", beta_1);
  option("beta_2", beta_2);
  option("epsilon", epsilon);
};

}  // namespace

Config Lamb::get_config() const {
  return write_options(Optimizer::get_config(), each_option, beta_1_, beta_2_, epsilon_);
}

std::shared_ptr<Lamb> Lamb::from_config(const ConfigView& config) {
  auto options = with_common_options<LambOptions>(config);
  read_options(config, each_option, options.beta_1, options.beta_2, options.epsilon);
  return std::make_shared<Lamb>(std::move(options));
}

}  // namespace cornu::optim
