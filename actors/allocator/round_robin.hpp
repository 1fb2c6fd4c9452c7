#pragma once

#include <deque>
#include <map>

#include "actors/allocator/allocator.hpp"

namespace entente {

/// Offers all that is free on an agent to one framework; frameworks take turns, agent by agent.
class round_robin_allocator final : public allocator {
public:
  void add_agent(const agent_info& info) override;
  void remove_agent(const agent_id& agent) override;
  void add_framework(const framework_info& info) override;
  void remove_framework(const framework_id& framework) override;
  void suppress(const framework_id& framework) override;
  void revive(const framework_id& framework) override;
  void recover(const framework_id& framework, const agent_id& agent, const resources& amount,
               std::optional<time_point> filtered_until) override;
  void reserve(const agent_id& agent, const resources& amount) override;
  void set_aside(std::set<agent_id> agents) override;
  std::vector<offer_plan> allocate(time_point now) override;
  std::optional<time_point> next_filter_end() const override;

private:
  struct filter {
    resources amount;
    time_point until;
  };
  struct framework_record {
    framework_id id;
    bool suppressed = false;
    std::map<agent_id, filter> filters;
  };

  framework_record* find(const framework_id& id);
  /// Moves the framework whose turn it is to the end; null if none wants this.
  const framework_record* next_for(const agent_id& agent, const resources& free);
  void drop_filters_before(time_point now);

  struct agent_record {
    resources total;
    resources given;

    /// `given` may be more than there is: a claim is granted what its agent says that it has.
    resources free() const { return total - given; }
  };

  std::map<agent_id, agent_record> agents_;
  std::set<agent_id> set_aside_;
  std::deque<framework_record> turns_;  ///< first is who waits longest for an offer
};

}  // namespace entente
