use kernel::Internal;

use crate::LineKind;

/// As stored.
pub fn line_kind_to_column(kind: LineKind) -> &'static str {
    match kind {
        LineKind::Purchase => "purchase",
        LineKind::Allowance => "allowance",
        LineKind::Grant => "grant",
        LineKind::Hold => "hold",
        LineKind::Capture => "capture",
        LineKind::Release => "release",
        LineKind::PurchaseRefund => "purchase_refund",
        LineKind::RefundReturned => "refund_returned",
        LineKind::ChargeRefund => "charge_refund",
        LineKind::Dispute => "dispute",
        LineKind::DisputeWon => "dispute_won",
        LineKind::DisputeLost => "dispute_lost",
        LineKind::Expiry => "expiry",
        LineKind::Cost => "cost",
    }
}

/// As read back.
pub fn line_kind_from_column(kind: &str) -> Result<LineKind, Internal> {
    Ok(match kind {
        "purchase" => LineKind::Purchase,
        "allowance" => LineKind::Allowance,
        "grant" => LineKind::Grant,
        "hold" => LineKind::Hold,
        "capture" => LineKind::Capture,
        "release" => LineKind::Release,
        "purchase_refund" => LineKind::PurchaseRefund,
        "refund_returned" => LineKind::RefundReturned,
        "charge_refund" => LineKind::ChargeRefund,
        "dispute" => LineKind::Dispute,
        "dispute_won" => LineKind::DisputeWon,
        "dispute_lost" => LineKind::DisputeLost,
        "expiry" => LineKind::Expiry,
        "cost" => LineKind::Cost,
        _ => return Err(Internal::new("a line of an unknown kind")),
    })
}
