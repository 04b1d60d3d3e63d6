#include <cornu/framework/rule/deferred_rows.hpp>

#include <algorithm>
#include <array>
#include <atomic>

#include <cornu/framework/autodiff/profiler.hpp>
#include <cornu/framework/kernels/run.hpp>
#include <cornu/framework/ops/support.hpp>
#include <cornu/framework/rule/packed_rows.hpp>
#include <cornu/framework/rule/pieces.hpp>
#include <cornu/framework/tensor/for_type.hpp>

namespace cornu::optim {

DeferredRows::DeferredRows(std::shared_ptr<const DeferredRule> rule, const Variable& variable,
                           std::vector<Variable> slots, const Variable& average, double average_momentum)
    : rule_(std::move(rule)),
      variable_(&variable.body()),
      slots_(std::move(slots)),
      rows_(static_cast<std::size_t>(variable.shape().front())),
      row_size_(rows_ == 0 ? 0 : static_cast<std::size_t>(variable_->value.size()) / rows_),
      history_(rule_->series(), rows_, average.defined() ? std::optional(average_momentum) : std::nullopt),
      stamps_(Tensor::zeros({rows_}, int32)) {
  if (rule_->has_changing_coefficients()) coefficients_.resize(history_.series().coefficients.size());
  if (average.defined()) {
    slots_.push_back(average);
    average_fading_.emplace(average_momentum);
  }
  for (std::size_t i = 0; i < slots_.size(); ++i) {
    slots_[i].body().rows.deferred = this;
    slots_[i].body().rows.part = i + 1;
  }
}

DeferredRows::~DeferredRows() {
  for (const Variable& slot : slots_)
    if (slot.body().rows.deferred == this) slot.body().rows.let_go();
}

DeferredRows::Stamp DeferredRows::stamp_of(std::size_t row) const {
  return std::max(static_cast<Stamp>(stamps_.data<std::int32_t>()[row]), all_current_);
}

// With use_ema, the first average is a copy of the weights, and λ must be below 1 − γ: otherwise the totals of
// UpdateHistory do not tell what an old row has missed.
bool DeferredRows::covers(const Step& step, double weight_decay) const {
  const bool follows = !rule_->has_changing_coefficients() || step.number == last_number_ + 1;
  if (!follows || weight_decay >= 1 || !rule_->covers(step)) return false;
  return !average_fading_ || (step.number > 1 && (weight_decay == 0 || weight_decay < 1 - average_fading_->base()));
}

// `weight_decay` is the λ of the rows with a gradient: the caller has rounded it to their dtype.
void DeferredRows::add_update(const Step& step, double weight_decay) {
  last_number_ = step.number;
  const double decay = weight_decay + rule_->decay(step) * (1 - weight_decay);
  if (rule_->has_changing_coefficients()) rule_->write_coefficients(step, coefficients_);
  history_.add({rule_->scale(step), step.learning_rate, decay, step.number, coefficients_});
}

void DeferredRows::add_update_of_all(const Step& step, double weight_decay) {
  add_update(step, weight_decay);
  history_.restamp_all();
  all_current_ = history_.now();
}

namespace {
constexpr std::size_t ahead = 16;  // how many rows before its turn a row is prefetched
}

// ── one run of elements ─────────────────────────────────────────────────────────────────────────────────────────────

// With an average: a ← γ^k·a + (1 − γ)·Σ_i γ^(k−i)·w_i. The second term is what the rule makes of a copy of w when it
// is given averaged numbers. `scratch` has room for copies of value and slots.
template <class T>
void DeferredRows::apply(const MissedUpdates& missed, const Elements<T>& elements, T* scratch) const {
  if (average_fading_) {
    const std::size_t size = elements.size, slots = slots_.size() - 1;
    Elements<T> copy{size, scratch, {}, nullptr};
    std::copy_n(elements.value, size, copy.value);
    for (std::size_t i = 0; i < slots; ++i) {
      copy.slots[i] = scratch + (i + 1) * size;
      std::copy_n(elements.slots[i], size, copy.slots[i]);
    }
    rule_->apply(missed.averaged(), copy);
    const T fading = static_cast<T>((*average_fading_)(missed.count));
    T* const average = elements.slots[slots];
    for (std::size_t i = 0; i < size; ++i) average[i] = fading * average[i] + copy.value[i];
  }
  rule_->apply(missed, elements);
}
template void DeferredRows::apply(const MissedUpdates& missed, const Elements<float>& elements, float* scratch) const;
template void DeferredRows::apply(const MissedUpdates& missed, const Elements<double>& elements, double* scratch) const;

// ── in place ────────────────────────────────────────────────────────────────────────────────────────────────────────

template <class T>
Elements<T> DeferredRows::elements() const {
  Elements<T> all{rows_ * row_size_, detail::exclusive(variable_->value).template mutable_data<T>(), {}, nullptr};
  for (std::size_t i = 0; i < slots_.size(); ++i)
    all.slots[i] = detail::exclusive(slots_[i].body().value).template mutable_data<T>();
  return all;
}

namespace {

constexpr std::size_t ages = 512;  // rows of a lower age are sorted by counting

// At least `size` elements. The list grows to twice that, so that a somewhat larger batch needs no more memory.
template <class T>
void make_room(std::vector<T>& list, std::size_t size) {
  if (list.size() < size) list.resize(2 * size);
}

}  // namespace

void DeferredRows::reserve(std::size_t listed) {
  make_room(stamps_before_, listed);
  make_room(sorted_, listed);
  ends_.reserve(ages + 2);
  if (old_.capacity() < listed) old_.reserve(2 * listed);
  detail::exclusive(stamps_);
  detail::exclusive(variable_->value);
  for (const Variable& slot : slots_) detail::exclusive(slot.body().value);
  if (average_fading_ && row_size_ > PackedRows<float>::room && !scratch_.defined())
    scratch_ = Tensor::uninitialized({slots_.size(), row_size_}, variable_->value.dtype());
  history_.reserve_update();
}

// Gives these rows their new stamp, notes the old ones, and returns how many rows lack updates. Which do is not
// predictable, so there are no branches.
template <class Id>
std::size_t DeferredRows::stamp(std::span<const Id> rows, bool all_different, Stamp stamp) {
  auto* const stamps = detail::exclusive(stamps_).mutable_data<std::int32_t>();
  Stamp* const before = stamps_before_.data();
  const Stamp now = history_.now(), all_current = all_current_;
  std::atomic<std::size_t> lacking = 0;
  const auto a_piece = static_cast<std::size_t>(detail::grain_of(7));
  const std::size_t grain = rows.size() <= 3 * a_piece ? std::max<std::size_t>(rows.size(), 1) : a_piece;
  detail::for_pieces_if(all_different, rows.size(), grain, [=, &lacking](std::size_t first, std::size_t last) {
    std::size_t some = 0;
    for (std::size_t i = first; i < last; ++i) {
      __builtin_prefetch(stamps + rows[i + ahead < last ? i + ahead : i], 1);
      const Stamp old = std::max(static_cast<Stamp>(stamps[rows[i]]), all_current);
      stamps[rows[i]] = static_cast<std::int32_t>(stamp);
      before[i] = old;
      some += static_cast<std::size_t>(old < now);
    }
    lacking += some;
  });
  return lacking;
}

// Sorts the rows, which have been stamped, by their age before: rows of one stamp share their numbers. Most are young
// and sorted by counting. Where a row occurs a second time, it has its new stamp and so the age 0.
template <class Id>
void DeferredRows::sort_by_age(std::span<const Id> rows) {
  const Stamp now = history_.now();
  const Stamp* const before = stamps_before_.data();
  const auto age = [&](std::size_t i) { return std::min<std::size_t>(now - before[i], ages); };
  ends_.assign(ages + 2, 0);
  std::uint32_t* const ends = ends_.data();
  for (std::size_t i = 0; i < rows.size(); ++i) ++ends[age(i) + 1];
  for (std::size_t i = 1; i < ends_.size(); ++i) ends[i] += ends[i - 1];
  std::int32_t* const sorted = sorted_.data();
  old_.clear();
  for (std::size_t i = 0; i < rows.size(); ++i) {
    sorted[ends[age(i)]++] = static_cast<std::int32_t>(rows[i]);
    if (now - before[i] >= ages) old_.push_back({static_cast<std::int32_t>(rows[i]), before[i]});
  }
  std::sort(old_.begin(), old_.end(), [](const OldRow& a, const OldRow& b) { return a.stamp > b.stamp; });
  for (std::size_t i = 0; i < old_.size(); ++i) sorted[ends[ages] - old_.size() + i] = old_[i].row;
}

template <class T>
class DeferredRows::Settling {
 public:
  Settling(const DeferredRows& rows, const Elements<T>& table, T* scratch)
      : rows_(rows), table_(table), packed_(table_, rows.row_size_), scratch_(scratch ? scratch : own_scratch_.data()) {
    table_.size = rows.row_size_;
  }

  void prefetch(std::int32_t row) const { packed_.prefetch(static_cast<std::size_t>(row)); }

  void apply(const MissedUpdates& missed, std::span<const std::int32_t> rows) {
    if (rows_.settles_in_place()) {
      table_.rows = rows;
      return rows_.rule_->apply(missed, table_);
    }
    while (!rows.empty()) {
      const auto some = rows.first(std::min(rows.size(), packed_.capacity()));
      rows_.apply(missed, packed_.load(some), scratch_);
      packed_.store(some);
      rows = rows.subspan(some.size());
    }
  }

 private:
  const DeferredRows& rows_;
  Elements<T> table_;
  PackedRows<T> packed_;
  alignas(64) std::array<T, Elements<T>::max_slots * PackedRows<T>::room> own_scratch_;
  T* scratch_;
};

bool DeferredRows::settles_in_place() const {
  return !average_fading_ && rule_->takes_listed_rows() && kernels::in_place_pays(static_cast<std::int64_t>(row_size_));
}

// visit(stamp, first, last) for the groups of rows of one stamp among the rows first … last − 1 of sorted_: those of
// age 1, 2, …, and then the old rows.
template <class Visit>
void DeferredRows::for_each_group(std::size_t first, std::size_t last, Visit visit) const {
  for (std::size_t age = 1; age < ages && ends_[age - 1] < last; ++age)
    if (ends_[age] > std::max<std::size_t>(ends_[age - 1], first))
      visit(static_cast<Stamp>(history_.now() - age), std::max<std::size_t>(ends_[age - 1], first),
            std::min<std::size_t>(ends_[age], last));
  const std::size_t first_old = ends_[ages] - old_.size();
  for (std::size_t i = std::max(first, first_old), end = i; i < last; i = end) {
    const Stamp stamp = old_[i - first_old].stamp;
    while (end < last && old_[end - first_old].stamp == stamp) ++end;
    visit(stamp, i, end);
  }
}

// The rows first … last − 1 of sorted_, on one thread.
template <class T>
void DeferredRows::settle_piece(const Elements<T>& table, T* scratch, std::size_t first, std::size_t last) const {
  std::array<double, 64> numbers;
  Settling<T> settling(*this, table, scratch);
  for_each_group(first, last, [&](Stamp stamp, std::size_t begin, std::size_t end) {
    for (std::size_t i = end; i < std::min(end + ahead, last); ++i) settling.prefetch(sorted_[i]);
    settling.apply(history_.since(stamp, numbers), std::span(sorted_).subspan(begin, end - begin));
  });
}

// The rows of age 0, which stand first, lack nothing.
template <class T>
void DeferredRows::settle_sorted(Stamp stamp) {
  const Elements<T> table = elements<T>();
  T* const scratch = scratch_.defined() ? scratch_.mutable_data<T>() : nullptr;
  const std::size_t current = ends_[0], count = ends_[ages];
  detail::for_pieces_if(
      rule_->runs_on_threads() && !scratch, count - current, detail::rows_a_piece(count - current, row_size_),
      [&](std::size_t first, std::size_t last) { settle_piece(table, scratch, current + first, current + last); });
  for_each_group(current, count,
                 [&](Stamp old, std::size_t first, std::size_t end) { history_.restamp(old, stamp, end - first); });
}

template <class Id>
void DeferredRows::settle_stamped(std::span<const Id> rows, Stamp stamp) {
  sort_by_age(rows);
  detail::for_floating_type(variable_->value.dtype(), [&]<class T>(T) { settle_sorted<T>(stamp); });
}

void DeferredRows::settle(const Tensor& ids, bool all_different) {
  if (is_current()) return;
  const auto timed = detail::Timed::update_of(*variable_);
  reserve(static_cast<std::size_t>(ids.size()));
  const Stamp now = history_.now();
  detail::for_ids(ids, [&](auto rows) {
    if (stamp(rows, all_different, now) > 0) settle_stamped(rows, now);
  });
}

void DeferredRows::begin_update(std::span<const std::int32_t> rows) {
  reserve(rows.size());
  const Stamp now = history_.now(), next = now + 1;
  const std::size_t lacking = stamp(rows, true, next);
  history_.restamp(now, next, rows.size() - lacking);
  if (lacking > 0) settle_stamped(rows, next);
}

void DeferredRows::settle() {
  if (is_current()) return;
  settle(Tensor::arange(static_cast<std::int64_t>(rows_)), true);
  history_.restamp_all();
  all_current_ = history_.now();
}

}  // namespace cornu::optim
