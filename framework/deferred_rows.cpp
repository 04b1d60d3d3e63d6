#include <cornu/framework/deferred_rows.hpp>

#include <algorithm>
#include <array>

#include <cornu/framework/dispatch.hpp>
#include <cornu/framework/kernels/packed_rows.hpp>
#include <cornu/framework/ops/support.hpp>

namespace cornu::optim {

DeferredRows::DeferredRows(std::shared_ptr<const IdleRule> rule, const Variable& variable, std::vector<Variable> slots)
    : rule_(std::move(rule)),
      variable_(&variable.body()),
      slots_(std::move(slots)),
      rows_(static_cast<std::size_t>(variable.shape().front())),
      row_size_(rows_ == 0 ? 0 : static_cast<std::size_t>(variable_->value.size()) / rows_),
      history_(rule_->series(), rows_),
      stamps_(Tensor::zeros({rows_}, int32)) {
  for (std::size_t i = 0; i < slots_.size(); ++i) slots_[i].body().pending = {this, i + 1};
}

DeferredRows::~DeferredRows() {
  for (const Variable& slot : slots_)
    if (slot.body().pending.updates == this) slot.body().pending = {};
}

DeferredRows::Stamp DeferredRows::stamp_of(std::size_t row) const {
  return std::max(static_cast<Stamp>(stamps_.data<std::int32_t>()[row]), all_current_);
}

void DeferredRows::add_update_of_all(const IdleUpdate& update) {
  history_.add(update);
  history_.restamp_all();
  all_current_ = history_.now();
}

namespace {
constexpr std::size_t ahead = 16;  // rows asked for before they are needed
}

// ── in place ────────────────────────────────────────────────────────────────────────────────────────────────────────

template <class T>
Elements<T> DeferredRows::elements() const {
  Elements<T> all{rows_ * row_size_, detail::exclusive(variable_->value).template mutable_data<T>(), {}, nullptr};
  for (std::size_t i = 0; i < slots_.size(); ++i)
    all.slots[i] = detail::exclusive(slots_[i].body().value).template mutable_data<T>();
  return all;
}

// Gives these rows their new stamp, and those that are late the updates that they missed. A row that occurs again is
// late no more.
template <class Id>
void DeferredRows::stamp(std::span<const Id> rows, Stamp stamp) {
  if (late_.size() < rows.size()) late_.resize(2 * rows.size());  // so that a batch with more finds room
  auto* const stamps = detail::exclusive(stamps_).mutable_data<std::int32_t>();
  const Stamp now = history_.now();
  std::size_t late = 0, current = 0;
  for (std::size_t i = 0; i < rows.size(); ++i) {  // without branches: what comes next is not predictable
    __builtin_prefetch(stamps + rows[i + ahead < rows.size() ? i + ahead : i], 1);
    const auto row = static_cast<std::int32_t>(rows[i]);
    const Stamp old = std::max(static_cast<Stamp>(stamps[row]), all_current_);
    late_[late] = {row, old};
    late += old < now ? 1 : 0;
    current += old == now ? 1 : 0;
    stamps[row] = static_cast<std::int32_t>(stamp);
  }
  if (stamp != now) history_.restamp(now, stamp, current);
  if (late > 0) settle_late({late_.data(), late}, stamp);
}

namespace {
constexpr std::size_t ages = 512;  // that are told apart by counting
}

// Rows of one stamp share their numbers. Most are young: they are counted by their age.
void DeferredRows::sort_by_stamp(std::span<const Late> late) {
  const Stamp now = history_.now();
  const auto age = [now](const Late& one) { return std::min<std::size_t>(now - one.stamp, ages); };
  starts_.assign(ages + 2, 0);
  for (const Late& one : late) ++starts_[age(one) + 1];
  for (std::size_t i = 1; i < starts_.size(); ++i) starts_[i] += starts_[i - 1];
  sorted_.reserve(late_.capacity());
  sorted_.resize(late.size());
  for (const Late& one : late) sorted_[starts_[age(one)]++] = one;
  const auto oldest = sorted_.begin() + static_cast<std::ptrdiff_t>(starts_[ages - 1]);
  std::sort(oldest, sorted_.end(), [](const Late& a, const Late& b) { return a.stamp > b.stamp; });
}

template <class T>
void DeferredRows::settle_sorted(Stamp stamp) {
  std::array<double, 64> numbers;
  const Elements<T> table = elements<T>();
  PackedRows<T> packed(table, row_size_);
  rows_of_one_stamp_.reserve(late_.capacity());
  rows_of_one_stamp_.resize(sorted_.size());
  for (std::size_t i = 0; i < sorted_.size(); ++i) rows_of_one_stamp_[i] = sorted_[i].row;
  const std::span<const std::int32_t> all(rows_of_one_stamp_);
  std::size_t prefetched = 0;
  for (std::size_t i = 0; i < all.size();) {
    const Missed missed = history_.since(sorted_[i].stamp, numbers);
    std::size_t end = i + 1;
    while (end < all.size() && end - i < packed.capacity() && sorted_[end].stamp == sorted_[i].stamp) ++end;
    for (; prefetched < std::min(end + ahead, all.size()); ++prefetched)
      packed.prefetch(static_cast<std::size_t>(all[prefetched]));
    const auto rows = all.subspan(i, end - i);
    if (!rule_->idle_rows(missed, table, {rows, row_size_})) {
      rule_->idle(missed, packed.load(rows));
      packed.store(rows);
    }
    history_.restamp(sorted_[i].stamp, stamp, rows.size());
    i = end;
  }
}

void DeferredRows::settle_late(std::span<const Late> late, Stamp stamp) {
  sort_by_stamp(late);
  detail::for_floating_type(variable_->value.dtype(), [&]<class T>(T) { settle_sorted<T>(stamp); });
}

void DeferredRows::settle(const Tensor& ids) {
  if (is_current()) return;
  if (ids.dtype() == int32)
    stamp(ids.values<std::int32_t>(), history_.now());
  else
    stamp(ids.values<std::int64_t>(), history_.now());
}

void DeferredRows::begin_update(std::span<const std::int32_t> rows) { stamp(rows, history_.now() + 1); }

void DeferredRows::settle() {
  if (is_current()) return;
  settle(Tensor::arange(static_cast<std::int64_t>(rows_)));
  history_.restamp_all();
  all_current_ = history_.now();
}

// ── for those who only look ─────────────────────────────────────────────────────────────────────────────────────────

// The row as settle() would leave it, of variable and slots.
template <class T>
void DeferredRows::copy_settled(std::size_t row, T* const* to) const {
  std::array<double, 64> buffer;
  const std::size_t first = row * row_size_;
  Elements<T> elements{row_size_, to[0], {}, nullptr};
  std::copy_n(variable_->value.data<T>() + first, row_size_, to[0]);
  for (std::size_t i = 0; i < slots_.size(); ++i) {
    std::copy_n(slots_[i].body().value.data<T>() + first, row_size_, to[i + 1]);
    elements.slots[i] = to[i + 1];
  }
  const Stamp stamp = stamp_of(row);
  if (stamp < history_.now()) rule_->idle(history_.since(stamp, buffer), elements);
}

Tensor DeferredRows::value(std::size_t part) const {
  const Tensor& raw = part == 0 ? variable_->value : slots_[part - 1].body().value;
  if (is_current()) return raw;
  Tensor copy = Tensor::uninitialized(raw.shape(), raw.dtype());
  Tensor scratch = Tensor::uninitialized({slots_.size() + 1, row_size_}, raw.dtype());
  detail::for_floating_type(raw.dtype(), [&]<class T>(T) {
    std::vector<T*> to(slots_.size() + 1);
    for (std::size_t i = 0; i < to.size(); ++i) to[i] = scratch.mutable_data<T>() + i * row_size_;
    for (std::size_t row = 0; row < rows_; ++row) {
      to[part] = copy.mutable_data<T>() + row * row_size_;
      copy_settled(row, to.data());
    }
  });
  return copy;
}

Tensor DeferredRows::gather(const Tensor& ids) const {
  const Tensor& raw = variable_->value;
  if (is_current()) return ops::gather(raw, ids);
  Shape shape = ids.shape();
  for (std::size_t axis = 1; axis < raw.rank(); ++axis) shape.push_back(raw.dim(static_cast<std::int64_t>(axis)));
  Tensor copy = Tensor::uninitialized(shape, raw.dtype());
  Tensor scratch = Tensor::uninitialized({slots_.size() + 1, row_size_}, raw.dtype());
  detail::for_floating_type(raw.dtype(), [&]<class T>(T) {
    std::vector<T*> to(slots_.size() + 1);
    for (std::size_t i = 0; i < to.size(); ++i) to[i] = scratch.mutable_data<T>() + i * row_size_;
    to[0] = copy.mutable_data<T>();
    const auto copy_all = [&](auto all) {
      for (const auto id : all) {
        copy_settled(static_cast<std::size_t>(id), to.data());
        to[0] += row_size_;
      }
    };
    ids.dtype() == int32 ? copy_all(ids.values<std::int32_t>()) : copy_all(ids.values<std::int64_t>());
  });
  return copy;
}

}  // namespace cornu::optim
