#include "actors/agent/agent_memory.hpp"

#include <algorithm>
#include <cerrno>
#include <utility>

#include "actors/agent/agent_change.hpp"
#include "actors/agent/checkpoint_file.hpp"

namespace entente {

std::variant<agent_memory, runtime::failure> recall(const std::filesystem::path& work_dir,
                                                    agent_info info,
                                                    const std::set<std::string>& varying,
                                                    const std::string& boot_id, time_point now) {
  auto result = checkpoint_file::open(work_dir);
  if (auto* why = std::get_if<runtime::failure>(&result))
    return *why;
  auto& [file, before] = std::get<checkpoint_file::opened>(result);
  auto keep = [&file = file] { return std::make_unique<checkpoint_file>(std::move(file)); };
  if (before.is_new())
    return agent_memory{info, agent_book{info, 1, boot_id}, keep(), false};
  info.id = before.agent->info.id;
  for (const auto& name : varying)
    info.total.set_milli(name,
                         std::max(info.total.milli(name), before.agent->info.total.milli(name)));
  if (auto why = problem_of_change(before.agent->info, info))
    return runtime::failure{EINVAL, *why};
  auto rebooted = before.agent->boot_id != boot_id;
  agent_checkpoint self{info, before.agent->life + 1, boot_id};
  auto book = agent_book::recover(std::move(self), before, now);
  if (auto* why = std::get_if<std::string>(&book))
    return file.unusable(*why);
  return agent_memory{std::move(info), std::move(std::get<agent_book>(book)), keep(), rebooted};
}

}  // namespace entente
