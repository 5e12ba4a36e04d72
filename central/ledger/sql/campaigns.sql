-- Budgets of redemptions: within a campaign's window each of its rewards takes its points and one
-- piece. The campaign's row is the lock, whatever code or reward it is about; several are taken in
-- the order of their ids.

-- Refused with: limit_reached{limit: campaign_points or campaign_pieces, resets_at}.
CREATE FUNCTION campaigns_take(p_redemption redemption) RETURNS void
LANGUAGE plpgsql AS $$
DECLARE
    v_campaign campaign;
BEGIN
    FOR v_campaign IN
        SELECT c.* FROM campaign c JOIN campaign_reward w ON w.campaign_id = c.id
        WHERE w.reward_id = p_redemption.reward_id AND c.starts_at <= p_redemption.reserved_at
            AND p_redemption.reserved_at < c.ends_at
        ORDER BY c.id
    LOOP
        UPDATE campaign
        SET points_used = points_used + p_redemption.points, pieces_used = pieces_used + 1
        WHERE id = v_campaign.id
            AND (points_budget IS NULL OR points_used + p_redemption.points <= points_budget)
            AND (pieces_budget IS NULL OR pieces_used + 1 <= pieces_budget);
        IF NOT FOUND THEN
            SELECT * INTO v_campaign FROM campaign WHERE id = v_campaign.id;
            PERFORM refuse('limit_reached', jsonb_build_object(
                'limit', CASE WHEN v_campaign.pieces_used + 1 > v_campaign.pieces_budget
                    THEN 'campaign_pieces' ELSE 'campaign_points' END,
                'resets_at', v_campaign.ends_at));
        END IF;
        INSERT INTO campaign_count (id, redemption_id, campaign_id, points)
        VALUES (new_id(), p_redemption.id, v_campaign.id, p_redemption.points);
    END LOOP;
END $$;

-- What was released or voided costs the campaign nothing, also when its window is over by now.
CREATE FUNCTION campaigns_give_back(p_redemption redemption) RETURNS void
LANGUAGE plpgsql AS $$
DECLARE
    v_count campaign_count;
BEGIN
    FOR v_count IN
        SELECT * FROM campaign_count
        WHERE redemption_id = p_redemption.id AND NOT given_back ORDER BY campaign_id
    LOOP
        UPDATE campaign
        SET points_used = points_used - v_count.points, pieces_used = pieces_used - 1
        WHERE id = v_count.campaign_id;
        UPDATE campaign_count SET given_back = true WHERE id = v_count.id;
    END LOOP;
END $$;
