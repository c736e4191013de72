"""The lecturer's hand in the class: interventions (讲师操作) as flags on the evidence, and notices (全班消息)."""
