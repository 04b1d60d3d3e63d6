#include <cornu/optim/deferred/rules.hpp>

#include <utility>

#include <cornu/framework/kernels/deferred.hpp>
#include <cornu/framework/kernels/table.hpp>
#include <cornu/framework/rule/powers.hpp>
#include <cornu/framework/rule/run_of.hpp>
#include <cornu/framework/rule/series.hpp>

namespace cornu::optim {

using detail::Powers;

namespace {

template <class T>
const kernels::DeferredKernels<T>& deferred_kernels() {
  return kernels::table<kernels::DeferredKernels<T>>();
}

// The base of rules that are kernels, which take rows as they lie, on any thread.
template <class Self>
class KernelDeferredRule : public ElementwiseDeferredRule<Self> {
 public:
  bool takes_listed_rows() const override { return true; }
  bool runs_on_threads() const override { return true; }
};

class DeferredMomentum final : public KernelDeferredRule<DeferredMomentum> {
 public:
  DeferredMomentum(double momentum, double sign, DType dtype)
      : powers_(momentum), sign_(sign), series_(geometric_series(momentum, dtype)) {}
  Series series() const override { return series_; }
  bool is_linear() const override { return true; }

  template <class T>
  void apply_elements(const MissedUpdates& missed, const Elements<T>& e) const {
    const kernels::DeferredMomentum<T> deferred{static_cast<T>(missed.lost), static_cast<T>(sign_ * missed.sums[0]),
                                                static_cast<T>(powers_(missed.count))};
    deferred_kernels<T>().momentum(deferred, run_of(e), e.value, e.slots[0]);
  }

 private:
  Powers powers_;
  double sign_;
  Series series_;
};

class DeferredSign final : public KernelDeferredRule<DeferredSign> {
 public:
  explicit DeferredSign(double beta) : powers_(beta) {}
  Series series() const override { return {.terms = 1, .endless = true}; }
  bool is_linear() const override { return true; }
  double scale(const Step& step) const override { return step.learning_rate; }

  template <class T>
  void apply_elements(const MissedUpdates& missed, const Elements<T>& e) const {
    deferred_kernels<T>().sign(static_cast<T>(missed.lost), static_cast<T>(missed.sums[0]),
                               static_cast<T>(powers_(missed.count)), run_of(e), e.value, e.slots[0]);
  }

 private:
  Powers powers_;
};

class DeferredTowardsAverage final : public KernelDeferredRule<DeferredTowardsAverage> {
 public:
  explicit DeferredTowardsAverage(double beta) : powers_(beta) {}
  double decay(const Step& step) const override { return 1 / static_cast<double>(step.number); }
  bool covers(const Step& step) const override { return step.number > 1; }
  bool allows_weight_decay() const override { return false; }

  template <class T>
  void apply_elements(const MissedUpdates& missed, const Elements<T>& e) const {
    const auto& kernels = deferred_kernels<T>();
    const T lost = static_cast<T>(missed.lost);
    kernels.momentum({lost, lost, T(1)}, run_of(e), e.value, e.slots[0]);
    kernels.scale(static_cast<T>(powers_(missed.count)), run_of(e), e.slots[1]);
  }

 private:
  Powers powers_;
};

class DeferredFading final : public KernelDeferredRule<DeferredFading> {
 public:
  explicit DeferredFading(const std::vector<double>& factors) : powers_(factors.begin(), factors.end()) {}
  bool is_linear() const override { return true; }

  template <class T>
  void apply_elements(const MissedUpdates& missed, const Elements<T>& e) const {
    const auto& kernels = deferred_kernels<T>();
    if (missed.lost != 0) kernels.lose(static_cast<T>(missed.lost), run_of(e), e.value);
    for (std::size_t i = 0; i < powers_.size(); ++i)
      if (powers_[i].base() != 1) kernels.scale(static_cast<T>(powers_[i](missed.count)), run_of(e), e.slots[i]);
  }

 private:
  std::vector<Powers> powers_;
};

class DeferredRootMeanSquare final : public KernelDeferredRule<DeferredRootMeanSquare> {
 public:
  DeferredRootMeanSquare(double rho, double momentum, bool centered, DType dtype)
      : square_powers_(rho),
        momentum_powers_(momentum),
        centered_(centered),
        series_(geometric_series(momentum, dtype)) {}
  Series series() const override { return series_; }
  bool is_linear() const override { return true; }

  template <class T>
  void apply_elements(const MissedUpdates& missed, const Elements<T>& e) const {
    const auto& kernels = deferred_kernels<T>();
    const T fading = static_cast<T>(square_powers_(missed.count));
    kernels.scale(fading, run_of(e), e.slots[0]);
    if (centered_) kernels.scale(fading, run_of(e), e.slots[2]);
    const kernels::DeferredMomentum<T> deferred{static_cast<T>(missed.lost), static_cast<T>(-missed.sums[0]),
                                                static_cast<T>(momentum_powers_(missed.count))};
    kernels.momentum(deferred, run_of(e), e.value, e.slots[1]);
  }

 private:
  Powers square_powers_, momentum_powers_;
  bool centered_;
  Series series_;
};

class DeferredMoments final : public KernelDeferredRule<DeferredMoments> {
 public:
  DeferredMoments(DeferredMomentsOptions options, ExpandedSeries expanded)
      : options_(std::move(options)),
        expanded_(std::move(expanded)),
        powers_m_(options_.beta_1),
        powers_v_(options_.beta_2) {}
  Series series() const override { return expanded_.series; }
  bool is_linear() const override { return true; }
  double scale(const Step& step) const override { return options_.alpha(step); }

  template <class T>
  void apply_elements(const MissedUpdates& missed, const Elements<T>& e) const {
    const kernels::DeferredMoments<T> deferred = numbers<T>(missed);
    const auto& kernels = deferred_kernels<T>();
    if (options_.amsgrad)
      kernels.moments_over_constant(deferred, run_of(e), e.value, e.slots[0], e.slots[1], e.slots[2]);
    else if (options_.largest)
      kernels.moments_of_largest(deferred, run_of(e), e.value, e.slots[0], e.slots[1]);
    else
      kernels.moments(deferred, run_of(e), e.value, e.slots[0], e.slots[1]);
  }

 private:
  template <class T>
  kernels::DeferredMoments<T> numbers(const MissedUpdates& missed) const {
    return {static_cast<T>(missed.lost),
            static_cast<T>(expanded_.q),
            static_cast<T>(options_.epsilon),
            static_cast<T>(powers_m_(missed.count)),
            static_cast<T>(powers_v_(missed.count)),
            missed.sums.data(),
            static_cast<std::int64_t>(missed.sums.size())};
  }

  DeferredMomentsOptions options_;
  ExpandedSeries expanded_;
  Powers powers_m_, powers_v_;
};

}  // namespace

std::shared_ptr<const DeferredRule> deferred_momentum(double momentum, double sign, DType dtype) {
  if (momentum >= 1) return nullptr;
  return std::make_shared<DeferredMomentum>(momentum, sign, dtype);
}

std::shared_ptr<const DeferredRule> deferred_fading(std::vector<double> factors) {
  return std::make_shared<DeferredFading>(factors);
}

std::shared_ptr<const DeferredRule> deferred_sign(double beta) { return std::make_shared<DeferredSign>(beta); }

std::shared_ptr<const DeferredRule> deferred_towards_average(double beta) {
  return std::make_shared<DeferredTowardsAverage>(beta);
}

std::shared_ptr<const DeferredRule> deferred_root_mean_square(double rho, double momentum, bool centered, DType dtype) {
  if (momentum == 0) return deferred_fading(centered ? std::vector<double>{rho, rho} : std::vector<double>{rho});
  if (momentum >= 1) return nullptr;
  return std::make_shared<DeferredRootMeanSquare>(rho, momentum, centered, dtype);
}

std::shared_ptr<const DeferredRule> deferred_moments(DeferredMomentsOptions options, DType dtype) {
  if (options.epsilon <= 0) return nullptr;  // 0 / 0 where nothing has moved yet
  const double root_ratio = options.amsgrad ? 1 : (options.largest ? options.beta_2 : std::sqrt(options.beta_2));
  ExpandedSeries expanded = expanded_series(options.beta_1, root_ratio, dtype);
  if (expanded.series.terms == 0) return nullptr;
  return std::make_shared<DeferredMoments>(std::move(options), std::move(expanded));
}

}  // namespace cornu::optim
