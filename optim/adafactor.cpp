#include <cornu/optim/adafactor.hpp>

#include <algorithm>
#include <array>
#include <cmath>

#include <cornu/framework/optimizer/each_common_option.hpp>
#include <cornu/framework/rule/pieces.hpp>

namespace cornu::optim {

Adafactor::Adafactor(cornu::detail::NoOptions) : Adafactor() {}
Adafactor::Adafactor(AdafactorOptions options)
    : WholeVariableOptimizer("Adafactor", "adafactor", common_options(options), {}),
      beta_2_decay_(options.beta_2_decay),
      epsilon_1_(options.epsilon_1),
      epsilon_2_(options.epsilon_2),
      clip_threshold_(options.clip_threshold),
      relative_step_(options.relative_step) {
  require_option("Adafactor", "beta_2_decay", std::isfinite(beta_2_decay_) && beta_2_decay_ <= 0, beta_2_decay_,
                 "0 or less");
  require_not_negative("Adafactor", "epsilon_1", epsilon_1_);
  require_not_negative("Adafactor", "epsilon_2", epsilon_2_);
  require_option("Adafactor", "clip_threshold", clip_threshold_ > 0, clip_threshold_, "a positive number");
}

std::vector<Slot> Adafactor::slots_for(const Variable& variable) const {
  const Shape& shape = variable.shape();
  const std::size_t rank = shape.rank();
  if (rank < 2)
    return {{.name = "row", .shape = Shape{}, .dtype = int32},
            {.name = "column", .shape = Shape{}, .dtype = int32},
            {.name = "velocity"}};
  return {{.name = "row", .shape = shape.removed(rank - 1)},
          {.name = "column", .shape = shape.removed(rank - 2)},
          {.name = "velocity"}};
}

void Adafactor::begin(const Step& step) {
  const double t = static_cast<double>(step.number);
  beta_2_ = 1 - std::pow(t, beta_2_decay_);
  rate_ = std::min(step.learning_rate, 1 / std::sqrt(t));
}

namespace {

// Σ f(i) for first ≤ i < last in eight parts, so that the additions need not wait for each other.
template <class F>
double sum_over(std::size_t first, std::size_t last, F f) {
  std::array<double, 8> part{};
  std::size_t i = first;
  for (; i + part.size() <= last; i += part.size())
    for (std::size_t k = 0; k < part.size(); ++k) part[k] += f(i + k);
  for (std::size_t k = 0; i < last; ++i, ++k) part[k] += f(i);
  return ((part[0] + part[1]) + (part[2] + part[3])) + ((part[4] + part[5]) + (part[6] + part[7]));
}
template <class F>
double sum_over(std::size_t size, F f) {
  return sum_over(0, size, f);
}

// Σ f(i) over all elements of a variable, on several threads: the sums of the pieces are added up in their order.
template <class F>
double sum_over_pieces(std::size_t size, F f) {
  std::array<double, detail::most_sums> sums{};
  const std::size_t grain = detail::elements_a_sum(size);
  detail::for_pieces(size, grain,
                     [&](std::size_t first, std::size_t last) { sums[first / grain] = sum_over(first, last, f); });
  double sum = 0;
  for (const double piece : sums) sum += piece;
  return sum;
}

// f(i) for all elements of a variable.
template <class F>
void for_elements(std::size_t size, F f) {
  detail::for_pieces(size, detail::updates_a_piece(), [f](std::size_t first, std::size_t last) {
    for (std::size_t i = first; i < last; ++i) f(i);
  });
}

template <class T>
double square(T x) {
  return static_cast<double>(x) * static_cast<double>(x);
}

// 1 / √x, but 0 for 0: the gradient there was never anything else.
template <class T>
T inverse_root(T x) {
  return x == T(0) ? T(0) : T(1) / std::sqrt(x);
}

template <class T>
void fade_to(double mean, double beta_2, T& slot) {
  slot = flushed(static_cast<T>(beta_2 * static_cast<double>(slot) + (1 - beta_2) * mean));
}

// One matrix of the variable; its step is g · row_scale · column_scale.
template <class T>
struct Matrix {
  std::size_t rows, columns;
  const T* gradient;
  T *row, *column, *velocity;
  T *row_scale, *column_scale;

  T gradient_at(std::size_t i, std::size_t j) const { return gradient ? gradient[i * columns + j] : T(0); }
  T step_at(std::size_t i, std::size_t j) const { return gradient_at(i, j) * row_scale[i] * column_scale[j]; }

  // work(i) for all rows.
  template <class Work>
  void for_rows(Work work) const {
    const std::size_t grain = std::max<std::size_t>(1, detail::updates_a_piece() / std::max<std::size_t>(columns, 1));
    detail::for_pieces(rows, grain, [work](std::size_t first, std::size_t last) {
      for (std::size_t i = first; i < last; ++i) work(i);
    });
  }

  void fade_factors(double beta_2, double epsilon, double* column_sums) const {
    for_rows([=, this](std::size_t i) {
      const double sum = sum_over(columns, [&](std::size_t j) { return square(gradient_at(i, j)); });
      fade_to(sum / static_cast<double>(columns) + epsilon, beta_2, row[i]);
    });
    add_up_columns(column_sums);
    for (std::size_t j = 0; j < columns; ++j)
      fade_to(column_sums[j] / static_cast<double>(rows) + epsilon, beta_2, column[j]);
  }

  // Each column from its first row to its last.
  void add_up_columns(double* sums) const {
    const std::size_t grain = std::max<std::size_t>(64, detail::updates_a_piece() / std::max<std::size_t>(rows, 1));
    detail::for_pieces(columns, grain, [=, this](std::size_t first, std::size_t last) {
      std::fill(sums + first, sums + last, 0);
      for (std::size_t i = 0; i < rows; ++i)
        for (std::size_t j = first; j < last; ++j) sums[j] += square(gradient_at(i, j));
    });
  }

  // v = (row / their mean) · column, as its inverse roots and as the slot
  void multiply_factors() const {
    const double sum = sum_over(rows, [&](std::size_t i) { return static_cast<double>(row[i]); });
    const double scale = sum == 0 ? 0 : static_cast<double>(rows) / sum;
    for (std::size_t j = 0; j < columns; ++j) column_scale[j] = inverse_root(column[j]);
    for_rows([=, this](std::size_t i) {
      const T share = static_cast<T>(static_cast<double>(row[i]) * scale);
      row_scale[i] = inverse_root(share);
      for (std::size_t j = 0; j < columns; ++j) velocity[i * columns + j] = flushed(share * column[j]);
    });
  }

  // `row_sums` is room for a number a row.
  double sum_of_squares(double* row_sums) const {
    for_rows([=, this](std::size_t i) {
      row_sums[i] = sum_over(columns, [&](std::size_t j) { return square(step_at(i, j)); });
    });
    double sum = 0;
    for (std::size_t i = 0; i < rows; ++i) sum += row_sums[i];
    return sum;
  }

  void move(T rate, T* value) const {
    for_rows([=, this](std::size_t i) {
      for (std::size_t j = 0; j < columns; ++j) value[i * columns + j] -= rate * step_at(i, j);
    });
  }
};

}  // namespace

// The learning rate of the variable, when the squares of its u add up to this.
template <class T>
T Adafactor::rate_of(const Elements<T>& e, double squares_of_u) const {
  const double size = static_cast<double>(e.size);
  const double rms_of_w = std::sqrt(sum_over_pieces(e.size, [&](std::size_t i) { return square(e.value[i]); }) / size);
  const double excess = std::sqrt(squares_of_u / size) / clip_threshold_;
  return static_cast<T>(std::max(epsilon_2_, rms_of_w) * rate_ / std::max(1., excess));
}

template <class T>
void Adafactor::update_vector(const Elements<T>& e) const {
  T* const velocity = e.slots[2];
  const auto gradient_at = [&](std::size_t i) { return e.gradient ? e.gradient[i] : T(0); };
  const auto step_at = [&](std::size_t i) { return gradient_at(i) * inverse_root(velocity[i]); };
  for_elements(e.size, [&](std::size_t i) { fade_to(square(gradient_at(i)) + epsilon_1_, beta_2_, velocity[i]); });
  const T rate = rate_of(e, sum_over_pieces(e.size, [&](std::size_t i) { return square(step_at(i)); }));
  for_elements(e.size, [&](std::size_t i) { e.value[i] -= rate * step_at(i); });
}

template <class T>
void Adafactor::update_matrices(const Elements<T>& e) const {
  const auto rows = static_cast<std::size_t>(e.shape->dim(-2)), columns = static_cast<std::size_t>(e.shape->dim(-1));
  const std::size_t matrices = e.size / (rows * columns);
  Tensor row_scales = Tensor::uninitialized({matrices * rows}, dtype_of<T>);
  Tensor column_scales = Tensor::uninitialized({matrices * columns}, dtype_of<T>);
  Tensor column_sums = Tensor::uninitialized({columns}, float64), row_sums = Tensor::uninitialized({rows}, float64);
  const auto matrix = [&](std::size_t n) {
    const std::size_t first = n * rows * columns;
    return Matrix<T>{rows,
                     columns,
                     e.gradient ? e.gradient + first : nullptr,
                     e.slots[0] + n * rows,
                     e.slots[1] + n * columns,
                     e.slots[2] + first,
                     row_scales.mutable_data<T>() + n * rows,
                     column_scales.mutable_data<T>() + n * columns};
  };
  double squares = 0;
  for (std::size_t n = 0; n < matrices; ++n) {
    matrix(n).fade_factors(beta_2_, epsilon_1_, column_sums.mutable_data<double>());
    matrix(n).multiply_factors();
    squares += matrix(n).sum_of_squares(row_sums.mutable_data<double>());
  }
  const T rate = rate_of(e, squares);
  for (std::size_t n = 0; n < matrices; ++n) matrix(n).move(rate, e.value + n * rows * columns);
}

template <class T>
void Adafactor::update_variable(const Elements<T>& e) const {
  if (e.size == 0) return;
  e.shape->rank() < 2 ? update_vector(e) : update_matrices(e);
}

template void Adafactor::update_variable(const Elements<float>&) const;
template void Adafactor::update_variable(const Elements<double>&) const;

namespace {

// Keras's keys, in its order
constexpr auto each_option = [](auto& option, auto& beta_2_decay, auto& epsilon_1, auto& epsilon_2,
                                auto& clip_threshold, auto& relative_step) {
  option("beta_2_decay", beta_2_decay);
  option("epsilon_1", epsilon_1);
  option("epsilon_2", epsilon_2);
  option("clip_threshold", clip_threshold);
  option("relative_step", relative_step);
};

}  // namespace

Config Adafactor::get_config() const {
  return write_options(Optimizer::get_config(), each_option, beta_2_decay_, epsilon_1_, epsilon_2_, clip_threshold_,
                       relative_step_);
}

std::shared_ptr<Adafactor> Adafactor::from_config(const ConfigView& config) {
  auto options = with_common_options<AdafactorOptions>(config);
  read_options(config, each_option, options.beta_2_decay, options.epsilon_1, options.epsilon_2, options.clip_threshold,
               options.relative_step);
  return std::make_shared<Adafactor>(std::move(options));
}

}  // namespace cornu::optim
