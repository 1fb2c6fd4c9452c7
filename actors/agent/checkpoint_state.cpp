#include "actors/agent/checkpoint_state.hpp"

#include <algorithm>
#include <utility>

#include "messages/overloaded.hpp"

namespace entente {

void checkpoint_state::apply(checkpoint x) {
  std::visit(overloaded{
               [this](agent_checkpoint& y) { agent = std::move(y); },
               [this](task_launched& y) {
                 auto& task = tasks[{y.framework, y.task.id}];
                 task.launched = std::move(y);
               },
               [this](task_progress& y) {
                 auto& task = tasks[{y.framework, y.task}];
                 task.progress = std::move(y);
               },
               [this](task_forgotten& y) {
                 task_key key{std::move(y.framework), std::move(y.task)};
                 tasks.erase(key);
                 forgotten.push_back(std::move(key));
               },
               [this](part_confirmed& y) {
                 auto& part = parts[y.part.round];
                 part = std::move(y);
               },
               [this](part_ended& y) { parts.erase(y.round); },
               [this](revision_ceiling& y) { revision = std::max(revision, y.revision); },
             },
             x);
}

}  // namespace entente
