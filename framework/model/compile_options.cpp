#include <cornu/framework/model/compile_options.hpp>

namespace cornu {

template class List<Handle<losses::Loss>>;
template class List<Handle<metrics::Metric>>;
template class List<OutputMetrics>;

OutputMetrics::OutputMetrics(const std::vector<Handle<metrics::Metric>>& metrics) : metrics_(metrics) {}

MetricList::MetricList(const std::vector<OutputMetrics>& metrics) : metrics_(metrics) {}

MetricList::MetricList(const std::vector<Handle<metrics::Metric>>& metrics) {
  for (const Handle<metrics::Metric>& metric : metrics) metrics_.push_back(metric);
}

}  // namespace cornu
