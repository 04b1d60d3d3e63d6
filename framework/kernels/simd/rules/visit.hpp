#pragma once
// Internal: a rule over a run of elements, or over rows that lie apart.
#include <cornu/framework/kernels/run.hpp>

namespace cornu::kernels::CORNU_ISA {
namespace {

constexpr std::int64_t rows_ahead = 12;  // asked for before they are needed: a table is often larger than the caches

template <std::int64_t size, class T>
inline __attribute__((always_inline)) void prefetch_row(const T* row, std::int64_t any_size) {
  constexpr std::int64_t line = 64 / sizeof(T);
  if (!row) return;
  for (std::int64_t i = 0; i < (size ? size : any_size); i += line) __builtin_prefetch(row + i, 1);
}

template <class A>
inline __attribute__((always_inline)) A* from(A* array, std::int64_t first) {
  return array ? array + first : array;
}

template <std::int64_t fixed, class T>
inline __attribute__((always_inline)) void decay_row(T decay, std::int64_t any_size, T* w) {
  for (std::int64_t i = 0; i < (fixed ? fixed : any_size); ++i) w[i] -= w[i] * decay;
}

template <std::int64_t fixed, class T, class Rule, class... A>
inline __attribute__((always_inline)) void visit_rows(const Run& run, const T* g, Rule rule, T* w, A*... arrays) {
  const std::int64_t size = fixed ? fixed : run.size;
  const T decay = static_cast<T>(run.decay);
  for (std::int64_t i = 0; i < run.count; ++i) {
    const std::int64_t later = run.rows[i + rows_ahead < run.count ? i + rows_ahead : i];
    prefetch_row<fixed>(w + later * size, size);
    (prefetch_row<fixed>(from(arrays, later * size), size), ...);
    const std::int64_t first = run.rows[i] * size;
    if (decay != T(0)) decay_row<fixed>(decay, size, w + first);
    rule(from(g, i * size), size, w + first, from(arrays, first)...);
  }
}

// rule(g, size, arrays…) for the run, or for each of its rows. Sizes that are common are known when compiling, so that
// short rows need no loop. Arrays behind the first may be null, and are passed as null then.
template <class T, class Rule, class... A>
inline __attribute__((always_inline)) void visit(const Run& run, const T* g, Rule rule, T* w, A*... arrays) {
  if (!run.rows) return rule(g, run.size, w, arrays...);
  if (run.size == 16) return visit_rows<16>(run, g, rule, w, arrays...);
  if (run.size == 32) return visit_rows<32>(run, g, rule, w, arrays...);
  if (run.size == 64) return visit_rows<64>(run, g, rule, w, arrays...);
  visit_rows<0>(run, g, rule, w, arrays...);
}

}  // namespace
}  // namespace cornu::kernels::CORNU_ISA
