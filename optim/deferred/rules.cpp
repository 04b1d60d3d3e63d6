#include <cornu/optim/deferred/rules.hpp>

#include <utility>

#include <cornu/framework/kernels/idle.hpp>
#include <cornu/framework/kernels/table.hpp>
#include <cornu/framework/rule/powers.hpp>
#include <cornu/framework/rule/run_of.hpp>
#include <cornu/framework/rule/series.hpp>

namespace cornu::optim {

using detail::Powers;

namespace {

template <class T>
const kernels::IdleKernels<T>& idle_kernels() {
  return kernels::table<kernels::IdleKernels<T>>();
}

// The base of rules that are kernels, which take rows as they lie.
template <class Self>
class KernelIdleRule : public ElementwiseIdleRule<Self> {
 public:
  bool takes_listed_rows() const override { return true; }
};

class IdleMomentum final : public KernelIdleRule<IdleMomentum> {
 public:
  IdleMomentum(double momentum, double sign, DType dtype)
      : powers_(momentum), sign_(sign), series_(geometric_series(momentum, dtype)) {}
  IdleSeries series() const override { return series_; }
  bool is_linear() const override { return true; }

  template <class T>
  void idle_elements(const Missed& missed, const Elements<T>& e) const {
    const kernels::IdleMomentum<T> idle{static_cast<T>(missed.lost), static_cast<T>(sign_ * missed.sums[0]),
                                        static_cast<T>(powers_(missed.count))};
    idle_kernels<T>().momentum(idle, run_of(e), e.value, e.slots[0]);
  }

 private:
  Powers powers_;
  double sign_;
  IdleSeries series_;
};

class IdleSign final : public KernelIdleRule<IdleSign> {
 public:
  explicit IdleSign(double beta) : powers_(beta) {}
  IdleSeries series() const override { return {.terms = 1, .endless = true}; }
  bool is_linear() const override { return true; }
  double scale(const Step& step) const override { return step.learning_rate; }

  template <class T>
  void idle_elements(const Missed& missed, const Elements<T>& e) const {
    idle_kernels<T>().sign(static_cast<T>(missed.lost), static_cast<T>(missed.sums[0]),
                           static_cast<T>(powers_(missed.count)), run_of(e), e.value, e.slots[0]);
  }

 private:
  Powers powers_;
};

class IdleTowardsAverage final : public KernelIdleRule<IdleTowardsAverage> {
 public:
  explicit IdleTowardsAverage(double beta) : powers_(beta) {}
  double decay(const Step& step) const override { return 1 / static_cast<double>(step.number); }
  bool covers(const Step& step) const override { return step.number > 1; }
  bool allows_weight_decay() const override { return false; }

  template <class T>
  void idle_elements(const Missed& missed, const Elements<T>& e) const {
    const auto& kernels = idle_kernels<T>();
    const T lost = static_cast<T>(missed.lost);
    kernels.momentum({lost, lost, T(1)}, run_of(e), e.value, e.slots[0]);
    kernels.scale(static_cast<T>(powers_(missed.count)), run_of(e), e.slots[1]);
  }

 private:
  Powers powers_;
};

class IdleFading final : public KernelIdleRule<IdleFading> {
 public:
  explicit IdleFading(const std::vector<double>& factors) : powers_(factors.begin(), factors.end()) {}
  bool is_linear() const override { return true; }

  template <class T>
  void idle_elements(const Missed& missed, const Elements<T>& e) const {
    const auto& kernels = idle_kernels<T>();
    if (missed.lost != 0) kernels.lose(static_cast<T>(missed.lost), run_of(e), e.value);
    for (std::size_t i = 0; i < powers_.size(); ++i)
      if (powers_[i].base() != 1) kernels.scale(static_cast<T>(powers_[i](missed.count)), run_of(e), e.slots[i]);
  }

 private:
  std::vector<Powers> powers_;
};

class IdleRootMeanSquare final : public KernelIdleRule<IdleRootMeanSquare> {
 public:
  IdleRootMeanSquare(double rho, double momentum, bool centered, DType dtype)
      : square_powers_(rho),
        momentum_powers_(momentum),
        centered_(centered),
        series_(geometric_series(momentum, dtype)) {}
  IdleSeries series() const override { return series_; }
  bool is_linear() const override { return true; }

  template <class T>
  void idle_elements(const Missed& missed, const Elements<T>& e) const {
    const auto& kernels = idle_kernels<T>();
    const T fading = static_cast<T>(square_powers_(missed.count));
    kernels.scale(fading, run_of(e), e.slots[0]);
    if (centered_) kernels.scale(fading, run_of(e), e.slots[2]);
    const kernels::IdleMomentum<T> idle{static_cast<T>(missed.lost), static_cast<T>(-missed.sums[0]),
                                        static_cast<T>(momentum_powers_(missed.count))};
    kernels.momentum(idle, run_of(e), e.value, e.slots[1]);
  }

 private:
  Powers square_powers_, momentum_powers_;
  bool centered_;
  IdleSeries series_;
};

class IdleMoments final : public KernelIdleRule<IdleMoments> {
 public:
  IdleMoments(IdleMomentsOptions options, ExpandedSeries expanded)
      : options_(std::move(options)),
        expanded_(std::move(expanded)),
        powers_m_(options_.beta_1),
        powers_v_(options_.beta_2) {}
  IdleSeries series() const override { return expanded_.series; }
  bool is_linear() const override { return true; }
  double scale(const Step& step) const override { return options_.alpha(step); }

  template <class T>
  void idle_elements(const Missed& missed, const Elements<T>& e) const {
    const kernels::IdleMoments<T> idle = numbers<T>(missed);
    const auto& kernels = idle_kernels<T>();
    if (options_.amsgrad)
      kernels.moments_over_constant(idle, run_of(e), e.value, e.slots[0], e.slots[1], e.slots[2]);
    else if (options_.largest)
      kernels.moments_of_largest(idle, run_of(e), e.value, e.slots[0], e.slots[1]);
    else
      kernels.moments(idle, run_of(e), e.value, e.slots[0], e.slots[1]);
  }

 private:
  template <class T>
  kernels::IdleMoments<T> numbers(const Missed& missed) const {
    return {static_cast<T>(missed.lost),
            static_cast<T>(expanded_.q),
            static_cast<T>(options_.epsilon),
            static_cast<T>(powers_m_(missed.count)),
            static_cast<T>(powers_v_(missed.count)),
            missed.sums.data(),
            static_cast<std::int64_t>(missed.sums.size())};
  }

  IdleMomentsOptions options_;
  ExpandedSeries expanded_;
  Powers powers_m_, powers_v_;
};

}  // namespace

std::shared_ptr<const IdleRule> idle_momentum(double momentum, double sign, DType dtype) {
  if (momentum >= 1) return nullptr;
  return std::make_shared<IdleMomentum>(momentum, sign, dtype);
}

std::shared_ptr<const IdleRule> idle_fading(std::vector<double> factors) {
  return std::make_shared<IdleFading>(factors);
}

std::shared_ptr<const IdleRule> idle_sign(double beta) { return std::make_shared<IdleSign>(beta); }

std::shared_ptr<const IdleRule> idle_towards_average(double beta) { return std::make_shared<IdleTowardsAverage>(beta); }

std::shared_ptr<const IdleRule> idle_root_mean_square(double rho, double momentum, bool centered, DType dtype) {
  if (momentum == 0) return idle_fading(centered ? std::vector<double>{rho, rho} : std::vector<double>{rho});
  if (momentum >= 1) return nullptr;
  return std::make_shared<IdleRootMeanSquare>(rho, momentum, centered, dtype);
}

std::shared_ptr<const IdleRule> idle_moments(IdleMomentsOptions options, DType dtype) {
  if (options.epsilon <= 0) return nullptr;  // 0 / 0 where nothing has moved yet
  const double root_ratio = options.amsgrad ? 1 : (options.largest ? options.beta_2 : std::sqrt(options.beta_2));
  ExpandedSeries expanded = expanded_series(options.beta_1, root_ratio, dtype);
  if (expanded.series.terms == 0) return nullptr;
  return std::make_shared<IdleMoments>(std::move(options), std::move(expanded));
}

}  // namespace cornu::optim
